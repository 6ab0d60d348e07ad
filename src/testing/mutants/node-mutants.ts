import type { Mutant } from './mutant.ts';

/** Defects in what runs on Node: ingestor, API, and what reaches a terminal or a log. */
export const nodeMutants: readonly Mutant[] = [
  {
    name: 'two-sends',
    what: 'a second batch leaves before the first was acknowledged',
    file: 'src/kafka/record-writer.ts',
    find: 'await this.#options.sender.send(wanted);',
    replace: 'void this.#options.sender.send(wanted).catch(() => undefined);',
    test: {
      kind: 'unit',
      file: 'src/kafka/record-writer.test.ts',
      name: 'sends everything once and in order, in batches, one send at a time',
    },
  },
  {
    name: 'spool-order',
    what: 'what an earlier run left on disk is sent newest first',
    file: 'src/kafka/spool.ts',
    find: '.sort();',
    replace: '.sort().reverse();',
    test: {
      kind: 'unit',
      file: 'src/kafka/spool.test.ts',
      name: 'is found again by the next process; what was acknowledged of a whole segment is not',
    },
  },
  {
    name: 'refused-for-ever',
    what: 'a flood of long messages goes in one request, which Kafka refuses however often it comes',
    file: 'src/kafka/request-parts.ts',
    find: 'const MAX_BYTES = 1_000_000;',
    replace: 'const MAX_BYTES = 1_000_000_000;',
    test: {
      kind: 'unit',
      file: 'src/kafka/request-parts.test.ts',
      name: 'cuts what one partition would refuse: counted in bytes, not in characters',
    },
  },
  {
    name: 'new-message-id',
    what: 'the ingestor makes ids of its own instead of taking those of Twitch',
    file: 'src/twitch/to-chat-message.ts',
    find: 'message_id: messageId,',
    replace: 'message_id: crypto.randomUUID(),',
    test: {
      kind: 'unit',
      file: 'src/twitch/intake.test.ts',
      name: 'makes the message of the contract',
    },
  },
  {
    name: 'gap-not-told',
    what: 'a channel that was not heard leaves no gap',
    file: 'src/twitch/coverage.ts',
    find: 'this.#onGap({ channelName, channelId, from: gap.from, to: at, reason: gap.reason });',
    replace: '',
    test: {
      kind: 'unit',
      file: 'src/twitch/coverage.test.ts',
      name: 'tells the gap from the wish to the first confirmation',
    },
  },
  {
    name: 'silence-is-heard',
    what: 'a connection that is held up on its way passes for one that hears',
    file: 'src/twitch/coverage.ts',
    find: 'return Math.min(proven, at);',
    replace: 'return heard.gap === undefined ? at : Math.min(proven, at);',
    test: {
      kind: 'unit',
      file: 'src/twitch/reader.test.ts',
      name: 'takes nothing for heard that a silent connection may hold: a kill -9 would lose it and tell no gap',
    },
  },
  {
    name: 'no-part-at-the-end',
    what: 'the ingestor hangs up at SIGTERM instead of leaving its channels first',
    file: 'src/twitch/link.ts',
    find: 'await this.#until(() => this.#joined.size === 0, enough);',
    replace: '',
    test: {
      kind: 'unit',
      file: 'src/twitch/reader.test.ts',
      name: 'leaves in order: every line that was on its way arrives',
    },
  },
  {
    name: 'escapes-not-stripped',
    what: 'chat reaches the terminal with its escape sequences',
    file: 'src/output/sanitize.ts',
    find: ".replaceAll('\\t', ' ').replace(unsafe, '')",
    replace: ".replaceAll('\\t', ' ')",
    test: {
      kind: 'unit',
      file: 'src/output/sanitize.test.ts',
      name: 'lets no control character, bidi control or lone surrogate through, whatever the text',
    },
  },
  {
    name: 'token-in-a-log',
    what: 'a secret shows when settings are logged or printed',
    file: 'src/config/secret.ts',
    find: 'toJSON(): string {\n    return redacted;',
    replace: 'toJSON(): string {\n    return this.#value;',
    test: {
      kind: 'unit',
      file: 'src/config/load.test.ts',
      name: 'never repeats a secret: not in values, not in errors, not in the fault of a file',
    },
  },
  {
    name: 'stale-not-said',
    what: 'counts of before Kafka went away pass for live ones',
    file: 'src/api/stats-cache.ts',
    find: 'this.#stale = stale;',
    replace: 'this.#stale = false;',
    test: {
      kind: 'unit',
      file: 'src/api/app.test.ts',
      name: 'known before Kafka went away are still served, marked stale, while health is 503',
    },
  },
  {
    name: 'stalled-client',
    what: 'events pile up in memory behind a stream client that does not read',
    file: 'src/api/stream-client.ts',
    find: 'if (this.#stalledSince !== undefined) this.#dirty.add(channelId);\n    else this.#write(chunk);',
    replace: 'this.#write(chunk);',
    test: {
      kind: 'unit',
      file: 'src/api/stalled-client.test.ts',
      name: '10 000 updates of 50 channels do not pile up behind a client that stops reading, and others go on',
    },
  },
  {
    name: 'rebound-host',
    what: 'an API that is open beyond this machine answers to any host name',
    file: 'src/api/guard.ts',
    find: "!name.includes('.') ||",
    replace: "name.includes('.') ||",
    test: {
      kind: 'unit',
      file: 'src/api/app.test.ts',
      name: 'an API that is open beyond this machine refuses rebound names too',
    },
  },
  {
    name: 'value-in-a-statement',
    what: 'what a caller wrote becomes part of a CQL statement',
    file: 'src/cassandra/archive.ts',
    find: 'channels_by_name WHERE channel_name = ?`;',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this becomes part of a template
    replace: "channels_by_name WHERE channel_name = '${idOrName}'`;",
    test: {
      kind: 'unit',
      file: 'src/testing/statements.test.ts',
      name: 'puts no value into the text of a statement: values are bound',
    },
  },
  {
    name: 'cursor-skips',
    what: 'a cursor passes over the rest of its millisecond',
    file: 'src/cassandra/archive.ts',
    find: 'if (after.timestamp >= range.from) {',
    replace: 'if (after.timestamp < range.from) {',
    test: {
      kind: 'integration',
      file: 'src/api/archive.integration.test.ts',
      name: 'pages of messages neither skip nor repeat, however many share a millisecond, whatever the range and limit',
    },
  },
  {
    name: 'shared-group',
    what: 'two instances of the API share a consumer group, and so the partitions',
    file: 'src/api/feed.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the file
    find: '`${settings.KAFKA_GROUP_ID}-${randomUUID().slice(0, 8)}`',
    replace: 'settings.KAFKA_GROUP_ID',
    test: {
      kind: 'integration',
      file: 'src/api/run.integration.test.ts',
      name: 'each of two instances has every channel: they share no consumer group',
    },
  },
];
