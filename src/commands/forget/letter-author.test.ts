import { describe, expect, it } from 'vitest';
import { isLetterBy } from './letter-author.ts';

const meant = { userId: '1003', username: 'viewer_3' };
const isTheirs = (text: string) => isLetterBy(Buffer.from(text), meant);

describe('a dead letter is theirs', () => {
  it.each([
    ['by its id', '{"user_id":"1003","message":5}'],
    ['by an id that is a number', '{"user_id":1003}'],
    ['by its name where it has no id', '{"username":"Viewer_3","message":"x"}'],
    ['by its id in half a JSON', '{"user_id": "1003", "message": "half'],
    ['by its name in half a JSON', '{"username":"viewer_3","message":"half'],
  ])('%s', (_, text) => expect(isTheirs(text)).toBe(true));
});

describe('a dead letter is another’s', () => {
  it.each([
    ['that names them in its text', '{"user_id":"1001","message":"@viewer_3 \\"1003\\" hello"}'],
    ['that names them in half a JSON', '{"user_id":"1001","message":"viewer_3 said \\"user_id\\":\\"1003\\"'],
    ['whose id begins alike', '{"user_id":"10031","message":"half'],
    ['who has their name now', '{"user_id":"2000","username":"viewer_3","timestamp":"x"}'],
    ['that says nothing of anybody', 'viewer_3: hello'],
    ['that is empty', ''],
  ])('%s', (_, text) => expect(isTheirs(text)).toBe(false));

  it('that has no value', () => expect(isLetterBy(null, meant)).toBe(false));
});
