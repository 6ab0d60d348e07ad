import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelOf, nickOf, parseIrcLine, tagOf } from './irc-line.ts';

function parsed(raw: string) {
  const line = parseIrcLine(raw);
  if (line === undefined) throw new Error(`no line: ${raw}`);
  return line;
}

describe('parseIrcLine', () => {
  it('cuts tags, prefix, command and parameters', () => {
    const line = parsed('@id=7;room-id=1 :ann!ann@ann.tmi.twitch.tv PRIVMSG #Room :hello  there :) ');
    expect(line.command).toBe('PRIVMSG');
    expect(line.params).toEqual(['#Room', 'hello  there :) ']);
    expect(nickOf(line)).toBe('ann');
    expect(channelOf(line)).toBe('room');
  });

  it('keeps white space at the end, also the one that trim() would take', () => {
    expect(parsed('PRIVMSG #a :hi \u00a0\u3000').params[1]).toBe('hi \u00a0\u3000');
  });

  it('reads a last parameter without its colon', () => {
    expect(parsed(':x PRIVMSG #a def').params).toEqual(['#a', 'def']);
  });

  it.each(['', '@only-tags', ':only-prefix', '@a=1 :b '])('finds no command in %j', (raw) => {
    expect(parseIrcLine(raw)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => void parseIrcLine(raw)));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('@', ':', ' ', ';', '=', '#', 'a', '\\') }), (raw) => {
        const line = parseIrcLine(raw);
        if (line !== undefined) tagOf(line, 'a');
      }),
    );
  });
});

describe('tagOf', () => {
  it('keeps 1 and 0 as they are, where tmi.js makes booleans of ids', () => {
    const line = parsed('@user-id=1;room-id=0;id=1 PRIVMSG #a :x');
    expect([tagOf(line, 'user-id'), tagOf(line, 'room-id'), tagOf(line, 'id')]).toEqual(['1', '0', '1']);
  });

  it('does not take the end of another name for the name', () => {
    const line = parsed('@source-room-id=5;reply-parent-user-id=6;room-id=7;user-id=8 PRIVMSG #a :x');
    expect([tagOf(line, 'room-id'), tagOf(line, 'user-id')]).toEqual(['7', '8']);
    expect(tagOf(parsed('@source-id=5 PRIVMSG #a :x'), 'id')).toBeUndefined();
  });

  it('tells a missing tag from one without a value', () => {
    const line = parsed('@emotes=;flag;color= PRIVMSG #a :x');
    expect([tagOf(line, 'emotes'), tagOf(line, 'flag'), tagOf(line, 'bits')]).toEqual(['', '', undefined]);
  });

  it('unescapes as IRCv3 says, unknown escapes and a last backslash included', () => {
    const line = parsed('@body=a\\sb\\:c\\\\d\\r\\n\\qe\\ PRIVMSG #a :x');
    expect(tagOf(line, 'body')).toBe('a b;c\\d\r\nqe');
  });

  it('cannot be fooled by a value that looks like tags', () => {
    const line = parsed('@reply-parent-msg-body=x\\:room-id=9;room-id=1 PRIVMSG #a :x');
    expect(tagOf(line, 'room-id')).toBe('1');
  });
});
