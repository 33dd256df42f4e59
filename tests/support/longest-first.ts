import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What takes minutes where nothing has been timed yet, as on a clean clone. */
const LONGEST = [
  'faults/authority-save',
  'faults/authority-recover',
  'faults/many-links',
  'unit/extraction-properties',
  'faults/vault-save',
  'faults/typing-power',
  'documents/interleavings',
  'integration/index-damage',
  'integration/terminal',
  'unit/grammar-properties',
];

/** Begins what takes longest first, so that it does not run alone at the end; the rest in Vitest's order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`));
      return at === -1 ? LONGEST.length : at;
    };
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => place(one) - place(other));
  }
}
