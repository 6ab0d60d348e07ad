import { type Key, Text, useInput } from 'ink';

export interface ScreenProps {
  /** One character a line of the frame: its mark. */
  readonly marks: readonly string[];
  readonly onKey: (input: string, key: Key) => void;
  /** Whether the input can be read key by key. */
  readonly hasKeys: boolean;
}

/** The frame as Ink sees it: a column of marks ({@link LineMarks}), and the keys. */
export function Screen({ marks, onKey, hasKeys }: ScreenProps) {
  useInput(onKey, { isActive: hasKeys });
  return <Text>{marks.join('\n')}</Text>;
}
