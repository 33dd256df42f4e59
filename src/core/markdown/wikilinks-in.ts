interface Stretch {
  from: number;
  to: number;
}

/** A wikilink in text that is no Markdown. Offsets are UTF-16 code units of the whole text. */
export interface PlainWikilink extends Stretch {
  isEmbed: boolean;
  target: Stretch;
  alias: Stretch | null;
}

/** The wikilinks between `from` and `to` of a text that is no Markdown, such as properties, line by line and in linear time. */
export function* wikilinksIn(text: string, from: number, to: number): Generator<PlainWikilink> {
  for (let lineFrom = from; lineFrom < to; ) {
    const end = text.indexOf('\n', lineFrom);
    const lineTo = end < 0 || end > to ? to : end;
    yield* inLine(text.slice(lineFrom, lineTo), lineFrom);
    lineFrom = lineTo + 1;
  }
}

function* inLine(line: string, offset: number): Generator<PlainWikilink> {
  let done = 0;
  for (let close = line.indexOf(']]'); close >= 0; close = line.indexOf(']]', done)) {
    const before = line.slice(done, close);
    const open = before.lastIndexOf('[[');
    const start = done + open;
    done = close + 2;
    if (open < 0) continue;
    const inside = line.slice(start + 2, close);
    const pipe = inside.search(/\\?\|/);
    const target = pipe < 0 ? inside : inside.slice(0, pipe);
    if (target.trim() === '') continue;
    const isEmbed = line[start - 1] === '!';
    const aliasFrom = offset + start + 2 + pipe + (inside[pipe] === '\\' ? 2 : 1);
    yield {
      isEmbed,
      from: offset + start - (isEmbed ? 1 : 0),
      to: offset + close + 2,
      target: { from: offset + start + 2, to: offset + start + 2 + target.length },
      alias: pipe < 0 ? null : { from: aliasFrom, to: offset + close },
    };
  }
}
