import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine } from './write.ts';

/** RFC 4180, read by the letter. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      at++;
      for (;;) {
        const end = text.indexOf('"', at);
        cell += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at++;
      }
    } else {
      const end = at + text.slice(at).search(/[,\r]/);
      cell = text.slice(at, end);
      at = end;
    }
    row.push(cell);
    if (text[at] === ',') at++;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('a CSV line', () => {
  test('is read back as it was written, whatever is in it', () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 5 }), (rows) => {
        const read = parse(rows.map(csvLine).join(''));
        expect(read.map((row) => row.map((text) => text.replace(/^'(?=\s*[=+\-@＝＋－＠]|[\t\r\n])/, '')))).toEqual(rows);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '＝1', "=cmd|' /C calc'!A0"])('%j is no formula', (text) => {
    const [[cell]] = parse(csvLine([text])) as [[string]];
    expect(cell).toBe(`'${text}`);
  });

  test('numbers stay numbers, nothing stays empty, what is no UTF-8 is replaced', () => {
    expect(csvLine([-1.5, 0, null, undefined, Number.NaN, 'a', 'x\ud800', 'n\0'])).toBe('-1.5,0,,,,a,x\ufffd,n\ufffd\r\n');
  });
});
