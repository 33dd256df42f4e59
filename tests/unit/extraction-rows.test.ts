import { describe, expect, it } from 'vitest';
import { selectedProperties } from '../../src/core/extract/carried-properties.ts';
import { applyPlan, extractIn, planIn, type Vault, type Wanted } from '../support/extraction.ts';

/** A new note in the app's own form, of the source `Src.md`. */
const made = (body: string, title = 'New') => `# ${title}\n\nfrom [[Src]]\n\n${body}`;

type Row = [name: string, before: Vault, after: Vault, wanted?: Wanted];

function holds(rows: Row[]): void {
  it.each(rows)('%s', (_name, before, after, wanted) => {
    expect(extractIn(before, wanted)).toEqual(after);
  });
}

describe('footnotes and references', () => {
  holds([
    [
      '1: a definition that only the moved text uses goes along',
      { 'Src.md': 'a\n\n⟦b[^1] c⟧\n\nd\n\n[^1]: note\n' },
      { 'Src.md': 'a\n\n-> [[New]]\n\nd\n', 'New.md': made('b[^1] c\n\n[^1]: note\n') },
    ],
    [
      '2: a definition that is used outside too is copied',
      { 'Src.md': 'a[^1]\n\n⟦b[^1] c⟧\n\n[^1]: note\n' },
      { 'Src.md': 'a[^1]\n\n-> [[New]]\n\n[^1]: note\n', 'New.md': made('b[^1] c\n\n[^1]: note\n') },
    ],
    [
      '3: a definition within, used outside, is copied back',
      { 'Src.md': 'a[^1]\n\n⟦b\n\n[^1]: note⟧\n\nc\n' },
      { 'Src.md': 'a[^1]\n\n-> [[New]]\n\nc\n\n[^1]: note\n', 'New.md': made('b\n\n[^1]: note\n') },
    ],
    [
      '4: a label that the target has is renumbered in the moved text, not in code',
      {
        'Src.md': '⟦b[^1] `[^1]` $[^1]$\n\n```\n[^1]\n```⟧\n\n[^1]: mine\n',
        'T.md': 't[^1] [^2]\n\n[^1]: theirs\n\n[^2]: two\n',
      },
      {
        'Src.md': '-> [[T]]\n',
        'T.md':
          't[^1] [^2]\n\n[^1]: theirs\n\n[^2]: two\n\nb[^3] `[^1]` $[^1]$\n\n```\n[^1]\n```\n\n[^3]: mine\n',
      },
      { to: 'T.md' },
    ],
    [
      '5: a definition of several paragraphs goes whole',
      { 'Src.md': '⟦b[^n]⟧\n\n[^n]: one\n\n    two\n\n    - li\n\nend\n' },
      { 'Src.md': '-> [[New]]\n\nend\n', 'New.md': made('b[^n]\n\n[^n]: one\n\n    two\n\n    - li\n') },
    ],
    [
      '20: a reference’s definition goes along, or is copied where it is still used',
      { 'Src.md': '⟦[t][ref] and [Other]⟧\n\n[x][other]\n\n[ref]: https://a.b\n[other]: https://c.d\n' },
      {
        'Src.md': '-> [[New]]\n\n[x][other]\n\n[other]: https://c.d\n',
        'New.md': made('[t][ref] and [Other]\n\n[ref]: https://a.b\n[other]: https://c.d\n'),
      },
    ],
    [
      '20: its label is taken in the target, and what is shown stays',
      { 'Src.md': '⟦[ref] [u][ref]⟧\n\n[ref]: https://a.b\n', 'T.md': '[ref]\n\n[ref]: https://c.d\n' },
      {
        'Src.md': '-> [[T]]\n',
        'T.md': '[ref]\n\n[ref]: https://c.d\n\n[ref][ref-2] [u][ref-2]\n\n[ref-2]: https://a.b\n',
      },
      { to: 'T.md' },
    ],
  ]);
});

describe('links to what moved', () => {
  holds([
    [
      '6: a link to the heading that became the title is one to the note; its alias stays',
      { 'Src.md': '⟦## H\n\nx\n\n### S\n\ny⟧\n', 'O.md': '[[Src#H|h]] ![[Src#H]] [[Src#S]] [m](Src.md#H)\n' },
      {
        'Src.md': '-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\nx\n\n### S\n\ny\n',
        'O.md': '[[New|h]] ![[New]] [[New#S]] [m](New.md)\n',
      },
    ],
    [
      '6: on append it is one to the heading there',
      { 'Src.md': '⟦## H\n\nx⟧\n', 'T.md': 't\n', 'O.md': '[[Src#H|h]]\n' },
      { 'Src.md': '-> [[T]]\n', 'T.md': 't\n\n## H\n\nx\n', 'O.md': '[[T#H|h]]\n' },
      { to: 'T.md' },
    ],
    [
      '7: a chain of headings means the same text',
      { 'Src.md': '# A\n\n⟦## H\n\nx\n\n### S\n\ny⟧\n', 'O.md': '[[Src#A#H]] [[Src#A#H#S]] [[Src#A]]\n' },
      {
        'Src.md': '# A\n\n-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\nx\n\n### S\n\ny\n',
        'O.md': '[[New]] [[New#H#S]] [[Src#A]]\n',
      },
    ],
    [
      '8: of two headings of one name only links to the moved one change',
      { 'Src.md': '# A\n\n## H\n\n1\n\n# B\n\n⟦## H\n\n2⟧\n', 'O.md': '[[Src#H]] [[Src#B#H]]\n' },
      {
        'Src.md': '# A\n\n## H\n\n1\n\n# B\n\n-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\n2\n',
        'O.md': '[[Src#H]] [[New]]\n',
      },
    ],
    [
      '8: the first one moves, and the plain name follows it',
      { 'Src.md': '# A\n\n⟦## H\n\n1⟧\n\n# B\n\n## H\n\n2\n', 'O.md': '[[Src#H]] [[Src#B#H]]\n' },
      {
        'Src.md': '# A\n\n-> [[New]]\n\n# B\n\n## H\n\n2\n',
        'New.md': '# H\n\nfrom [[Src]]\n\n1\n',
        'O.md': '[[New]] [[Src#B#H]]\n',
      },
    ],
    [
      '9: links to a block follow it, embeds stay embeds',
      { 'Src.md': '⟦x ^id⟧\n\ny\n', 'O.md': '[[Src#^id]] ![[Src#^id]] [[Src#^other]]\n' },
      {
        'Src.md': '-> [[New]]\n\ny\n',
        'New.md': made('x ^id\n'),
        'O.md': '[[New#^id]] ![[New#^id]] [[Src#^other]]\n',
      },
    ],
    [
      '10: an id on its own line goes with its list',
      { 'Src.md': '⟦- a\n- b⟧\n\n^id\n\nc\n', 'O.md': '[[Src#^id]]\n' },
      { 'Src.md': '-> [[New]]\n\nc\n', 'New.md': made('- a\n- b\n\n^id\n'), 'O.md': '[[New#^id]]\n' },
    ],
    [
      '10: it stays with what stays of the list',
      { 'Src.md': '- a\n⟦- b⟧\n\n^id\n', 'O.md': '[[Src#^id]]\n' },
      { 'Src.md': '- a\n- -> [[New]]\n\n^id\n', 'New.md': made('- b\n'), 'O.md': '[[Src#^id]]\n' },
    ],
    [
      '11: an id that the target has gets another, in every link too',
      { 'Src.md': '⟦x ^id⟧\n\n[[#^id]]\n', 'T.md': 't ^id\n', 'O.md': '[[Src#^id]] [[T#^ID]]\n' },
      {
        'Src.md': '-> [[T]]\n\n[[T#^id-2]]\n',
        'T.md': 't ^id\n\nx ^id-2\n',
        'O.md': '[[T#^id-2]] [[T#^ID]]\n',
      },
      { to: 'T.md' },
    ],
    [
      '12: a link from elsewhere in the source follows',
      { 'Src.md': '[[#H]] [[#S|s]]\n\n⟦## H\n\n### S\n\nx⟧\n' },
      { 'Src.md': '[[New]] [[New#S|s]]\n\n-> [[New]]\n', 'New.md': '# H\n\nfrom [[Src]]\n\n### S\n\nx\n' },
    ],
    [
      '13, 14: a link within leads back to what stays, and stays as it is to what comes along',
      { 'Src.md': '## O\n\n⟦## H\n\n[[#O]] [[#S]] [[#H]]\n\n### S\n\nx⟧\n' },
      {
        'Src.md': '## O\n\n-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\n[[Src#O]] [[#S]] [[#H]]\n\n### S\n\nx\n',
      },
    ],
    [
      '15: a link to the whole note stays',
      { 'Src.md': '⟦## H\n\nx⟧\n', 'O.md': '[[Src]] [[Src|H]] ![[Src]]\n' },
      {
        'Src.md': '-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\nx\n',
        'O.md': '[[Src]] [[Src|H]] ![[Src]]\n',
      },
    ],
    [
      '16: in properties only the link’s bytes change',
      {
        'Src.md': 'a\n\n⟦## It’s\n\n### "S"\n\nx⟧\n',
        'O.md': `---\n# why\nup:   "[[Src#It’s]]" # c\nb: '[[Src#"S"|x]]'\n---\n`,
      },
      {
        'Src.md': 'a\n\n-> [[New]]\n',
        'New.md': '# It’s\n\nfrom [[Src]]\n\n### "S"\n\nx\n',
        'O.md': `---\n# why\nup:   "[[New]]" # c\nb: '[[New#"S"|x]]'\n---\n`,
      },
    ],
    [
      'in comments, tables and code',
      {
        'Src.md': '⟦## H\n\n### S\n\nx⟧\n',
        'O.md': '%% [[Src#S]] %%\n\n| a |\n| - |\n| [[Src#S\\|s]] |\n\n`[[Src#S]]`\n',
      },
      {
        'Src.md': '-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\n### S\n\nx\n',
        'O.md': '%% [[New#S]] %%\n\n| a |\n| - |\n| [[New#S\\|s]] |\n\n`[[Src#S]]`\n',
      },
    ],
    [
      'a heading that a link in it renames is followed, too',
      { 'Src.md': '# See [[#H]]\n\na\n\n⟦## H\n\n### S\n\nx⟧\n', 'O.md': '[[Src#See H]]\n' },
      {
        'Src.md': '# See [[New]]\n\na\n\n-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\n### S\n\nx\n',
        'O.md': '[[Src#See New]]\n',
      },
    ],
  ]);
});

describe('links from another folder', () => {
  holds([
    [
      '17, 19: relative paths are rebased in their own style, the attachments stay',
      {
        'a/Src.md': '⟦![](img/a.png) [x](../n.md) [y](<../o p.md>) [z](b%20c.md#h)⟧\n',
        'n.md': '',
        'o p.md': '',
        'a/b c.md': '# H\n',
        'n/x.md': '',
      },
      {
        'a/Src.md': '-> [[New]]\n',
        'b/d/New.md':
          '# New\n\nfrom [[Src]]\n\n![](../../a/img/a.png) [x](../../n.md) [y](<../../o p.md>) [z](../../a/b%20c.md#h)\n',
        'n.md': '',
        'o p.md': '',
        'a/b c.md': '# H\n',
        'n/x.md': '',
      },
      { source: 'a/Src.md', to: 'b/d/New.md', files: ['a/img/a.png'] },
    ],
    [
      '19: by choice, what lies with the source and only the moved text uses goes along, and its links stay as they are',
      {
        'a/Src.md': '⟦![](img/a.png) ![[b.png]] ![[both.png]] ![[far.png]] ![[tw.png]]⟧ ![[both.png]]\n',
        'O.md': '![[used.png]] ![[b/tw.png]]\n',
      },
      {
        'a/Src.md': '[[New]] ![[both.png]]\n',
        'b/New.md': made('![](img/a.png) ![[b.png]] ![[both.png]] ![[far.png]] ![[a/tw.png]]\n'),
        'O.md': '![[used.png]] ![[b/tw.png]]\n',
      },
      {
        source: 'a/Src.md',
        to: 'b/New.md',
        takeFiles: true,
        files: ['a/img/a.png', 'a/b.png', 'a/both.png', 'far.png', 'a/tw.png', 'b/tw.png'],
      },
    ],
    [
      '19: a link that says the way through the whole vault follows the file',
      { 'a/Src.md': '⟦![[a/img/a.png]]⟧\n' },
      { 'a/Src.md': '-> [[New]]\n', 'b/New.md': made('![[b/img/a.png]]\n') },
      { source: 'a/Src.md', to: 'b/New.md', takeFiles: true, files: ['a/img/a.png'] },
    ],
    [
      '17: a reference’s destination, too',
      { 'a/Src.md': '⟦[t][r]⟧ [u][r]\n\n[r]: ./img/a.png "T"\n' },
      {
        'a/Src.md': '[[New]] [u][r]\n\n[r]: ./img/a.png "T"\n',
        'New.md': made('[t][r]\n\n[r]: ./a/img/a.png "T"\n'),
      },
      { source: 'a/Src.md', files: ['a/img/a.png'] },
    ],
    [
      '18: a bare name that would mean another note from there gets its path',
      { 'a/Src.md': '⟦[[N]] [[N#H]] [[M]]⟧\n', 'a/N.md': '# H\n', 'b/N.md': '# H\n', 'M.md': '' },
      {
        'a/Src.md': '-> [[New]]\n',
        'b/New.md': made('[[a/N]] [[a/N#H]] [[M]]\n'),
        'a/N.md': '# H\n',
        'b/N.md': '# H\n',
        'M.md': '',
      },
      { source: 'a/Src.md', to: 'b/New.md' },
    ],
    [
      'the new note does not take the links of one of the same name',
      { 'Src.md': '⟦x⟧\n', 'a/b/New.md': 'old\n', 'O.md': '[[New]]\n' },
      { 'Src.md': '-> [[c/New]]\n', 'c/New.md': made('x\n'), 'a/b/New.md': 'old\n', 'O.md': '[[a/b/New]]\n' },
      { to: 'c/New.md' },
    ],
  ]);
});

describe('selections', () => {
  holds([
    [
      '21: whole lines leave a line',
      { 'Src.md': 'a\n⟦b\n⟧c\n' },
      { 'Src.md': 'a\n-> [[New]]\nc\n', 'New.md': made('b\n') },
    ],
    [
      '22: a nested item comes out as one, its children at their depth',
      { 'Src.md': '1. a\n⟦   - b\n     - c⟧\n2. d\n' },
      { 'Src.md': '1. a\n   - -> [[New]]\n2. d\n', 'New.md': made('- b\n  - c\n') },
    ],
    [
      '22: what is nested comes along',
      { 'Src.md': '- a\n- ⟦b⟧\n  - c\n' },
      { 'Src.md': '- a\n- -> [[New]]\n', 'New.md': made('- b\n  - c\n') },
    ],
    [
      '23: within an item the link goes inline',
      { 'Src.md': '- a ⟦b⟧ c\n' },
      { 'Src.md': '- a [[New]] c\n', 'New.md': made('b\n') },
    ],
    [
      '24: numbers stay as typed',
      { 'Src.md': '1. a\n⟦2. b\n3. c⟧\n4. d\n' },
      { 'Src.md': '1. a\n2. -> [[New]]\n4. d\n', 'New.md': made('2. b\n3. c\n') },
    ],
    [
      '25: a quotation that goes on has the link in it',
      { 'Src.md': '> a\n⟦> b\n> c⟧\n> d\n' },
      { 'Src.md': '> a\n> -> [[New]]\n> d\n', 'New.md': made('> b\n> c\n') },
    ],
    [
      '26: a table is taken whole',
      { 'Src.md': '| a |\n| - |\n| ⟦b⟧ |\n' },
      { 'Src.md': '-> [[New]]\n', 'New.md': made('| a |\n| - |\n| b |\n') },
    ],
    ...(
      [
        ['fence', '```js\na\n⟦b⟧\n```'],
        ['formula', '$$\na\n⟦b⟧\n$$'],
        ['comment', '%%\na\n⟦b⟧\n%%'],
        ['callout', '> [!note] T\n> ⟦a⟧\n> b'],
        ['HTML', '<div>\n⟦a⟧\n</div>'],
        ['inline maths', '$a ⟦b⟧ c$'],
        ['pair of marks', '**a ⟦b** c⟧'],
      ] as const
    ).map(
      ([name, block]): Row => [
        `27: a ${name} is taken whole`,
        { 'Src.md': `x\n\n${block}\n\ny\n` },
        { 'Src.md': 'x\n\n-> [[New]]\n\ny\n', 'New.md': made(`${block.replace(/[⟦⟧]/g, '')}\n`) },
      ],
    ),
    [
      '37: what reaches into the properties takes the body only',
      { 'Src.md': '---\n⟦tags: [a]\n---\nx #t⟧\n' },
      { 'Src.md': '---\ntags: [a]\n---\n-> [[New]]\n', 'New.md': made('x #t\n') },
    ],
    [
      '37: by choice, the properties that it reaches into are copied, whole',
      { 'Src.md': '---\nfirst: 1\nup: ⟦"[[N]]"\ntags:\n  - a\n  - b\nlast: 2\n---\ntext⟧\n', 'N.md': '' },
      {
        'Src.md': '---\nfirst: 1\nup: "[[N]]"\ntags:\n  - a\n  - b\nlast: 2\n---\n-> [[New]]\n',
        'New.md': '---\ntags: ["t", "a", "b"]\nup: "[[N]]"\nlast: 2\n---\n\n# New\n\nfrom [[Src]]\n\ntext\n',
        'N.md': '',
      },
      { properties: true, form: { tags: ['t'] } },
    ],
    [
      '37: they come to those of a note that is there, which keeps its own',
      {
        'Src.md': '---\n⟦a: 1\nb: [x]\naliases: [One, Two]\n---\ntext⟧\n',
        'To.md': '---\na: mine # so\naliases:\n- Two\n---\nThere.\n',
      },
      {
        'Src.md': '---\na: 1\nb: [x]\naliases: [One, Two]\n---\n-> [[To]]\n',
        'To.md': '---\na: mine # so\naliases:\n- Two\n- "One"\nb: [x]\n---\nThere.\n\ntext\n',
      },
      { properties: true, to: 'To.md' },
    ],
    [
      '37: a link in them means what it did',
      { 'a/Src.md': '---\n⟦up: "[[N]]"\n---\ntext⟧\n', 'a/N.md': '', 'b/N.md': '' },
      {
        'a/Src.md': '---\nup: "[[N]]"\n---\n-> [[New]]\n',
        'b/New.md': '---\nup: "[[a/N]]"\n---\n\n# New\n\nfrom [[Src]]\n\ntext\n',
        'a/N.md': '',
        'b/N.md': '',
      },
      { source: 'a/Src.md', to: 'b/New.md', properties: true },
    ],
    [
      'a line after it that would join the link is kept apart',
      { 'Src.md': 'a\n⟦***⟧\nb\n' },
      { 'Src.md': 'a\n\n-> [[New]]\n\nb\n', 'New.md': made('***\n') },
    ],
  ]);
});

describe('the new note', () => {
  holds([
    [
      '34: a title that is no file’s name is its alias, its heading and what the link shows',
      { 'Src.md': 'a ⟦b⟧\n' },
      {
        'Src.md': 'a [[What A B|What? A B]]\n',
        'What A B.md': `---\naliases: ["What? A|B"]\n---\n\n${made('b\n', 'What? A|B')}`,
      },
      { to: 'What A B.md', title: 'What? A|B' },
    ],
    [
      '35: an empty heading is no title',
      { 'Src.md': '⟦###\n\nx⟧\n' },
      { 'Src.md': '-> [[2021-02-09 2205]]\n', '2021-02-09 2205.md': made('###\n\nx\n', '2021-02-09 2205') },
      { to: '2021-02-09 2205.md' },
    ],
    [
      '38: a template that does not say where has the text behind it',
      { 'Src.md': '⟦x⟧\n' },
      { 'Src.md': '-> [[New]]\n', 'New.md': '# New from Src on 2021-02-09, 22:05\n\nx\n' },
      { form: { template: '# {{newTitle}} from {{fromTitle}} on {{date:YYYY-MM-DD}}, {{time}}' } },
    ],
    [
      '39: braces and dollars that move, or stand in a title, stay literal',
      { 'Src.md': '⟦{{date}} $1 $& <% x %> {{content}}⟧\n' },
      {
        'Src.md': '-> [[{{content}}]]\n',
        '{{content}}.md': '{{content}}:\n\n{{date}} $1 $& <% x %> {{content}}\n\n{{unknown}}\n',
      },
      { to: '{{content}}.md', form: { template: '{{title}}:\n\n{{content}}\n\n{{unknown}}\n' } },
    ],
    [
      'Note Refactor’s placeholders',
      { 'Src.md': '⟦x⟧\n' },
      { 'Src.md': 'see [[New]] (New)\n', 'New.md': 'from Src [[Src]]\n\n# New\n\nx\n' },
      {
        leave: { wording: 'see {{new_note_link}} ({{new_note_title}})' },
        form: { template: 'from {{title}} {{link}}\n\n# {{new_note_title}}\n\n{{new_note_content}}\n' },
      },
    ],
    [
      'own wording, and another form for the parent maps',
      { 'Src.md': '⟦x⟧\n', '+ A.md': '' },
      { 'Src.md': '=> [[New]]\n', 'New.md': `up: [[+ A]] | [[+ B]]\n\n${made('x\n')}`, '+ A.md': '' },
      {
        leave: { wording: '=> {{link}}' },
        form: { parents: ['+ A', '[[+ B]]'], parentLine: 'up: {{parents}}' },
      },
    ],
    [
      '43: tags within move, those of the source’s properties do not, the triage tag is added',
      { 'Src.md': '---\ntags: [a]\n---\n⟦x #b⟧\n' },
      {
        'Src.md': '---\ntags: [a]\n---\n-> [[New]]\n',
        'New.md': `---\ntags: ["inbox"]\n---\n\n${made('x #b\n')}`,
      },
      { form: { tags: ['inbox'] } },
    ],
    [
      '43: in the list that a template has',
      { 'Src.md': '⟦x⟧\n' },
      { 'Src.md': '-> [[New]]\n', 'New.md': '---\ntags: [a, "inbox"]\n---\nx\n' },
      { form: { tags: ['inbox'], template: '---\ntags: [a]\n---\n{{content}}\n' } },
    ],
    [
      '44: headings are lifted, links to them are not affected',
      { 'Src.md': '# T\n\n⟦### H\n\n#### S\n\nx\n\n##### D\n\ny⟧\n', 'O.md': '[[Src#S]] [[Src#H#D]]\n' },
      {
        'Src.md': '# T\n\n-> [[New]]\n',
        'New.md': '# H\n\nfrom [[Src]]\n\n## S\n\nx\n\n### D\n\ny\n',
        'O.md': '[[New#S]] [[New#H#D]]\n',
      },
      { form: { liftHeadings: true } },
    ],
  ]);
});

describe('45: within one note', () => {
  holds([
    [
      'it is a plain move: no link is left, no footnote renamed',
      {
        'Src.md': '# A\n\n⟦## H\n\nx[^1] ^id⟧\n\n# B\n\ny\n\n[^1]: n\n',
        'O.md': '[[Src#H]] [[Src#A#H]] [[Src#^id]]\n',
      },
      {
        'Src.md': '# A\n\n\n# B\n\ny\n\n[^1]: n\n\n## H\n\nx[^1] ^id\n',
        'O.md': '[[Src#H]] [[Src#H]] [[Src#^id]]\n',
      },
      { to: 'Src.md', place: { at: 'bottom' } },
    ],
  ]);
});

describe('a place in a note that is there', () => {
  const target = '---\na: b\n---\n# T\n\n+ [[+ M]]\n\nt\n\n## U\n\nu\n\n## V\n\nv\n';
  holds([
    [
      'at its top: behind the title and the parent maps',
      { 'Src.md': '⟦x⟧\n', 'T.md': target },
      { 'Src.md': '-> [[T]]\n', 'T.md': target.replace('\n\nt\n', '\n\nx\n\nt\n') },
      { to: 'T.md', place: { at: 'top' } },
    ],
    [
      'under a heading: at the end of its section',
      { 'Src.md': '⟦x⟧\n', 'T.md': target },
      { 'Src.md': '-> [[T]]\n', 'T.md': target.replace('u\n', 'u\n\nx\n') },
      { to: 'T.md', place: { at: 'under', heading: target.indexOf('## U') } },
    ],
    [
      'several selections, in order',
      { 'Src.md': '⟦x⟧\n\na\n\n⟦y⟧\n' },
      { 'Src.md': '-> [[New]]\n\na\n\n-> [[New]]\n', 'New.md': made('x\n\ny\n') },
    ],
  ]);
});

describe('37: properties that are copied to a note with its own', () => {
  const into = (source: string, target: string) => {
    const { plan, vault } = planIn(
      { 'Src.md': `---\n⟦${source}\n---\ntext⟧\n`, 'To.md': `---\n${target}\n---\n` },
      { properties: true, to: 'To.md' },
    );
    if (!plan.ok) return plan.reason;
    const after = applyPlan(vault, plan)['To.md'] ?? '';
    return [after.slice(4, after.indexOf('\n---\n')), ...plan.keptProperties];
  };

  it.each([
    ['tags: [t]', 'tags: [a] # see [x]', ['tags: [a, "t"] # see [x]']],
    ['tags: [t]', 'tags: [a, ]', ['tags: [a, "t"]']],
    ['tags: [t]', 'tags: []', ['tags: ["t"]']],
    ['tags: [t]', 'tags: [a]\n\nz: 1', ['tags: [a, "t"]\n\nz: 1']],
    ['tags: [t]', 'tags:\n  - a\nz: 1', ['tags:\n  - a\n  - "t"\nz: 1']],
    ['tags: [t]', 'tags:', ['tags: ["t"]']],
    ['tags: one, two', 'tags: [one]', ['tags: [one, "two"]']],
    ['tags: ["#Foo", foo/, bar, bar]', 'tags: [foo]', ['tags: [foo, "bar"]']],
    ['aliases: One, Two', 'aliases: [X]', ['aliases: [X, "One", "Two"]']],
    ['a: 1', '# mine', ['# mine\na: 1']],
    ['a: 1', 'a: 1', ['a: 1']],
  ])('%j into %j', (source, target, expected) => {
    expect(into(source, target)).toEqual(expected);
  });

  it.each([
    ['tags: [t]', 'tags: a', 'tags'],
    ['aliases: [New]', 'aliases: >-\n  long\n  - dash', 'aliases'],
    ['aliases: [New]', 'aliases: |\n  - a\n  - b', 'aliases'],
    ['aliases: [New]', 'aliases: x:[b]', 'aliases'],
    ['aliases: [New]', 'aliases:\n  - a\n  - k:\n    - z', 'aliases'],
    ['aliases: [New]', 'aliases:\n  - >-\n    long\n    - dash', 'aliases'],
    ['mood: quiet', 'mood: loud', 'mood'],
  ])('%j leaves %j as it is, and says so', (source, target, kept) => {
    expect(into(source, target)).toEqual([target, kept]);
  });

  it.each([
    ['a: 1', '{ b: 1 }'],
    ['a: 1', '  b: 1'],
    ['a: 1', 'z: 1\n...'],
    ['a: 1', 'b: &x 1\nc: *x'],
    ['a: 1', 'b: [1'],
    ['a: 1', 'b: 1\nb: 2'],
  ])('%j is refused by %j, in which nothing can be put', (source, target) => {
    expect(String(into(source, target))).toMatch(/properties of “To” could not be read/);
  });

  it.each(['a: &x 1\nb: *x', '{ a: 1 }', '  a: 1', 'a: [1', 'a: 1\na: 2', 'a: 1\n...\nb: 2'])(
    'none are offered of %j',
    (source) => {
      const text = `---\n${source}\n---\ntext\n`;
      expect(selectedProperties(text, [{ from: 0, to: text.length }])).toEqual([]);
    },
  );

  it('those between two selections stay', () => {
    const text = '---\na: 1\nb: 2\nc: 3\n---\ntext\n';
    const selections = [
      { from: 4, to: 6 },
      { from: 14, to: 16 },
    ];
    expect(selectedProperties(text, selections).map(({ from, to }) => text.slice(from, to))).toEqual([
      'a: 1\n',
      'c: 3\n',
    ]);
  });
});

describe('19: a file is not offered', () => {
  it.each<[string, Vault, Partial<Wanted>]>([
    ['that another note has a link to', { 'a/Src.md': '⟦[x](LICENSE)⟧', 'a/O.md': '[l](LICENSE)' }, {}],
    ['that is written in another way', { 'a/Src.md': '⟦![x](a.png/)⟧', 'a/O.md': '![l](a.png)' }, {}],
    ['that the rest shows by HTML', { 'a/Src.md': '⟦![[a.png]]⟧ <img src="A.png">' }, {}],
    ['that the source’s properties name', { 'a/Src.md': '---\ncover: a.png\n---\n⟦![[a.png]]⟧' }, {}],
    ['that a reference leads to, which may stay', { 'a/Src.md': '⟦![t][r]\n\n[r]: ./a.png⟧\n\n![u][r]' }, {}],
    ['of a folder of everybody’s', { 'Src.md': '⟦![[img/b.png]]⟧' }, { source: 'Src.md' }],
    ['that lies with the new note already', { 'a/Src.md': '⟦![[b/c.png]]⟧' }, { to: 'a/b/New.md' }],
    ['whose place is taken', { 'a/Src.md': '⟦![[a.png]]⟧' }, { files: ['a/a.png', 'b/A.PNG'] }],
    ['where nothing goes to another folder', { 'a/Src.md': '⟦![[a.png]]⟧' }, { to: 'a/New.md' }],
  ])('%s', (_name, vault, over) => {
    const files = ['a/a.png', 'a/LICENSE', 'img/b.png', 'a/b/c.png'];
    const { plan } = planIn(vault, { source: 'a/Src.md', to: 'b/New.md', files, takeFiles: true, ...over });
    expect(plan).toMatchObject({ ok: true, files: [] });
  });
});
