import type { Params } from '../../src/contract/contract.ts';

type What = Extract<Params<'extract.run'>['what'], { kind: 'extract' }>;

/** One stretch of a note, pulled out with the app's own form; what is given counts over it. */
export function extraction(
  from: { path: string; version: number; range: { from: number; to: number }; title: string },
  over: Partial<What['form']> & { to?: What['parts'][number]['to'] } = {},
): What {
  const { to = { kind: 'new', folder: '' }, ...form } = over;
  return {
    kind: 'extract',
    path: from.path,
    version: from.version,
    how: 'section',
    parts: [{ ranges: [from.range], title: from.title, to }],
    properties: [],
    form: {
      tags: [],
      parents: [],
      leave: 'link',
      template: '',
      liftHeadings: false,
      takeFiles: false,
      ...form,
    },
  };
}
