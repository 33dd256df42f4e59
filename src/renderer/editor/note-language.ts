import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { history, historyKeymap, indentLess, indentMore, standardKeymap } from '@codemirror/commands';
import { commonmarkLanguage, markdownKeymap } from '@codemirror/lang-markdown';
import { indentUnit, Language, LanguageSupport, syntaxTree } from '@codemirror/language';
import { searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { type Command, keymap } from '@codemirror/view';
import type { MarkdownParser } from '@lezer/markdown';
import { noteSyntax } from '../../core/markdown/grammar.ts';

/** Tab moves an item of a list; anywhere else it stays the way to the next control of the window. */
function inList(command: Command): Command {
  return (view) => {
    const { head } = view.state.selection.main;
    for (
      let node = syntaxTree(view.state).resolveInner(view.state.doc.lineAt(head).to, -1);
      node.parent;
      node = node.parent
    ) {
      if (node.name === 'ListItem') return command(view);
    }
    return false;
  };
}

/**
 * CodeMirror's CommonMark with the one grammar of notes on it. Not `markdown()`: that wraps its parsers for embedded languages around
 * ours, and our frontmatter must be the innermost.
 */
function markdownOfNotes(): LanguageSupport {
  const parser = (commonmarkLanguage.parser as MarkdownParser).configure(noteSyntax);
  return new LanguageSupport(new Language(commonmarkLanguage.data, parser, [], 'markdown'), [
    Prec.high(keymap.of(markdownKeymap)),
  ]);
}

/** The language of notes, and the keys of writing. */
export function noteLanguage(): Extension {
  return [
    markdownOfNotes(),
    // In prose a quotation mark or a bracket is mostly meant alone; only `[[` wants its other half.
    Prec.highest(EditorState.languageData.of(() => [{ closeBrackets: { brackets: ['['] } }])),
    closeBrackets(),
    history(),
    indentUnit.of('\t'),
    keymap.of([
      ...closeBracketsKeymap,
      { key: 'Tab', run: inList(indentMore) },
      { key: 'Shift-Tab', run: inList(indentLess) },
      ...searchKeymap,
      ...historyKeymap,
      ...standardKeymap,
    ]),
  ];
}
