import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyTree } from './plant.ts';

it('plants a defect in a copy, and never in the tree', () => {
  const [root, copy] = [mkdtempSync(join(tmpdir(), 'tree-')), mkdtempSync(join(tmpdir(), 'copy-'))];
  onTestFinished(() => {
    rmSync(root, { recursive: true });
    rmSync(copy, { recursive: true, force: true });
  });
  execFileSync('git', ['init', '-q'], { cwd: root });
  mkdirSync(join(root, 'node_modules'));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, '.gitignore'), 'node_modules\n');
  writeFileSync(join(root, 'src', 'sum.ts'), 'a + b + b\n');
  const field = copyTree(root, copy);
  const read = (directory: string) => readFileSync(join(directory, 'src', 'sum.ts'), 'utf8');

  const takeOut = field.plant({ file: 'src/sum.ts', find: 'a +', replace: 'a - $&' });
  expect(read(field.directory)).toBe('a - $& b + b\n');
  expect(read(root)).toBe('a + b + b\n');
  takeOut();
  expect(read(field.directory)).toBe('a + b + b\n');

  const twice = { file: 'src/sum.ts', find: '+ b', replace: '' };
  expect(() => field.plant(twice)).toThrow('stands there 2 times, not once');
  expect(() => field.plant({ ...twice, find: 'c' })).toThrow('stands there 0 times, not once');
  rmSync(copy, { recursive: true });
  expect(existsSync(join(root, 'node_modules'))).toBe(true);
});
