import { Box, type Key, Text, useInput } from 'ink';
import { memo } from 'react';

export interface ScreenProps {
  /** Painted lines, each within the width of the terminal. */
  readonly lines: readonly string[];
  readonly onKey: (input: string, key: Key) => void;
  /** Whether the input can be read key by key. */
  readonly hasKeys: boolean;
}

/** The frame as Ink nodes: one text a line, so that laying it out costs next to nothing. */
export function Screen({ lines, onKey, hasKeys }: ScreenProps) {
  useInput(onKey, { isActive: hasKeys });
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={row} line={line} />
      ))}
    </Box>
  );
}

/** An empty text has no height: a blank keeps the row. */
const Row = memo(({ line }: { line: string }) => <Text wrap="truncate">{line === '' ? ' ' : line}</Text>);
