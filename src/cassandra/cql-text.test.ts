import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitStatements, tokenizeCql } from './cql-text.ts';

test('splits at semicolons outside of strings, quoted names and comments', () => {
  const source = `
    -- a comment; with a semicolon
    INSERT INTO a (b) VALUES ('it''s; fine'); // another; one
    /* and; one more */ SELECT "odd;name" FROM t; SELECT $$a;b$$ FROM t
  `;
  expect(splitStatements(source)).toEqual([
    "INSERT INTO a (b) VALUES ('it''s; fine')",
    'SELECT "odd;name" FROM t',
    'SELECT $$a;b$$ FROM t',
  ]);
});

test('has nothing to say of comments and empty statements', () => {
  expect(splitStatements(' ; -- x\n ;; /* unclosed')).toEqual([]);
});

test('tokens, joined, are the source again, whatever it is', { timeout: 30_000 }, () => {
  const fragments = fc.constantFrom(
    "'",
    '"',
    '--',
    '/*',
    '*/',
    '//',
    '$$',
    ';',
    '\n',
    ' ',
    'word',
    '😀',
    '(',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fragments, fc.string({ unit: 'binary' }))), (parts) => {
      const source = parts.join('');
      expect(
        tokenizeCql(source)
          .map(({ text }) => text)
          .join(''),
      ).toBe(source);
    }),
  );
});
