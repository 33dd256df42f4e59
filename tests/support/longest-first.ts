import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What takes longest, where nothing has been timed yet, as on a clean clone. */
const LONGEST = [
  'faults/authority-save',
  'faults/authority-recover',
  'unit/extraction-properties',
  'unit/grammar-properties',
  'faults/many-links',
  'documents/interleavings',
  'integration/index-damage',
  'documents/window-session',
  'integration/terminal',
  'documents/journal',
  'integration/terminal-errors',
  'faults/typing-power',
  'documents/rename',
  'documents/outside',
  'faults/vault-save',
  'integration/index-equivalence',
  'documents/everything',
  'documents/saving',
  'documents/troubled-index',
  'documents/displaced',
  'integration/index-changes',
  'documents/reopened',
  'integration/terminal-launcher',
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
