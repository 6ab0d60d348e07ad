import { expect, it } from 'vitest';
import { mustCarry } from './compare-commands.ts';

it('takes a command that prints a line for each record', async () => {
  await expect(mustCarry(3, 'seq 3')).resolves.toBeUndefined();
});

it('refuses a command that ends well and prints less', async () => {
  await expect(mustCarry(3, 'seq 2')).rejects.toThrow('carried 2 records of 3');
});

it('refuses a command that prints all and fails', async () => {
  await expect(mustCarry(3, '(seq 3; exit 1)')).rejects.toThrow('exit code 1');
});

it('asks the command itself where that tells how many it carried', async () => {
  const counting = "sed -n 's/^\\([0-9]*\\) rows .*/\\1/p'";
  await expect(mustCarry(12, "printf 'Starting\\n12 rows exported\\n'", counting)).resolves.toBeUndefined();
});
