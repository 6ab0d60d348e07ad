/** A piece of CQL text. `text` of all tokens, joined, is the source again. */
export interface CqlToken {
  readonly kind: 'comment' | 'string' | 'quoted' | 'word' | 'space' | 'other';
  readonly text: string;
}

/** Longest first where they share a beginning: `--` and `//` comments, block comments, `'…'`, `$$…$$`, `"…"`. */
const tokenPatterns = [
  ['comment', /--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['string', /'(?:[^']|'')*(?:'|$)|\$\$[\s\S]*?(?:\$\$|$)/y],
  ['quoted', /"(?:[^"]|"")*(?:"|$)/y],
  ['word', /\w+/y],
  ['space', /\s+/y],
  ['other', /[\s\S]/y],
] as const;

/** Cuts CQL into tokens, as cqlsh reads it. Never fails: an unclosed quote or comment runs to the end. */
export function tokenizeCql(source: string): CqlToken[] {
  const tokens: CqlToken[] = [];
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

/** The statements of a CQL text: split at `;`, without comments, without the empty ones. */
export function splitStatements(source: string): string[] {
  const statements: string[] = [];
  let current = '';
  for (const { kind, text } of tokenizeCql(source)) {
    if (kind === 'other' && text === ';') {
      statements.push(current.trim());
      current = '';
    } else {
      current += kind === 'comment' ? ' ' : text;
    }
  }
  statements.push(current.trim());
  return statements.filter((statement) => statement !== '');
}

function tokenAt(source: string, at: number): CqlToken {
  for (const [kind, pattern] of tokenPatterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) return { kind, text: match[0] };
  }
  throw new RangeError(`no token at ${at}`);
}
