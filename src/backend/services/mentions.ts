import { ChangeSet } from '@codemirror/state';
import type { CheckedParams } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import { isInTable, notProse } from '../../core/markdown/prose.ts';
import type { Documents } from '../documents/documents.ts';

export interface MentionsService {
  /**
   * Turns a mention into a link, which shows the words that stood there. Throws `conflict` where they do not stand there any more, or
   * are part of a link by now, `read-only`, `io`.
   */
  link(params: CheckedParams<'links.linkMention'>): Promise<void>;
}

export function createMentions(documents: Documents): MentionsService {
  return {
    async link({ path, mention, link }) {
      await documents.change('chosen', 'app', [
        {
          path,
          change({ text: { doc } }) {
            const { from, to, text } = mention;
            const isMarkup = notProse(doc.toString()).some(
              (stretch) => stretch.from < to && stretch.to > from,
            );
            if (isMarkup || doc.sliceString(from, to) !== text)
              throw new RambleError('conflict', `“${path}” has changed there since. Look at it again.`, {
                path,
              });
            const pipe = isInTable(doc.toString(), from) ? '\\|' : '|';
            const insert = text === link ? `[[${link}]]` : `[[${link}${pipe}${text}]]`;
            return ChangeSet.of({ from, to, insert }, doc.length);
          },
        },
      ]);
    },
  };
}
