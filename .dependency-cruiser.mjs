/** The layers of docs/architecture.md. An arrow that is not allowed here fails `npm run check`. */
const only = (name, from, allowed, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: `^src/(${[from, ...allowed].join('|')})/` },
});

export default {
  forbidden: [
    only(
      'core-is-pure',
      'core',
      [],
      'core is the meaning of notes: it knows no transport, no disk and no screen.',
    ),
    only('contract-on-core', 'contract', ['core'], 'the contract names calls and events; it runs nothing.'),
    only(
      'backend-below-doors',
      'backend',
      ['core', 'contract'],
      'services must not know which door they were called through.',
    ),
    only(
      'main-is-a-door',
      'main',
      ['backend', 'contract'],
      'a door is a transport: no logic, no other door.',
    ),
    only(
      'browser-is-a-door',
      'browser',
      ['backend', 'contract'],
      'a door is a transport: no logic, no other door.',
    ),
    only('cli-is-a-door', 'cli', ['backend', 'contract'], 'a door is a transport: no logic, no other door.'),
    only('preload-is-a-bridge', 'preload', ['contract'], 'the preload bridge only carries calls.'),
    only(
      'renderer-sees-no-backend',
      'renderer',
      ['contract', 'core'],
      'the interface reaches files only through the contract.',
    ),
    {
      name: 'editor-is-codemirror-only',
      comment: 'The editor module takes callbacks: no React, no client, no store.',
      severity: 'error',
      from: { path: '^src/renderer/editor/' },
      to: {
        path: [
          '^src/renderer/(?!editor/)',
          '^src/contract/',
          'node_modules/(react|react-dom|zustand|cmdk|radix-ui)/',
        ],
      },
    },
    {
      name: 'electron-only-in-its-doors',
      comment: 'Only the Electron door and its bridge may name electron.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|preload)/' },
      to: { path: '(^|node_modules/)electron($|/)' },
    },
    {
      name: 'core-needs-no-platform',
      comment: 'core runs in a worker, a window and a test alike.',
      severity: 'error',
      from: { path: '^src/(core|contract)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module, or hide a third.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { pathNot: 'node_modules' } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
