/** An emote's code and its id. */
export type Emote = readonly [code: string, id: string];

/** Global emotes of Twitch. */
export const emotes: readonly [Emote, ...Emote[]] = [
  ['Kappa', '25'],
  ['PogChamp', '305954156'],
  ['LUL', '425618'],
  ['Kreygasm', '41'],
  ['BibleThump', '86'],
  ['HeyGuys', '30259'],
  ['NotLikeThis', '58765'],
  ['TriHard', '120232'],
  ['ResidentSleeper', '245'],
  ['SeemsGood', '64138'],
  ['VoHiYo', '81274'],
  ['CoolStoryBob', '123171'],
];

export const emoji = ['😂', '🔥', '👏', '💀', '🫡', '🎉', '👩‍🚀', '🏳️‍🌈', '🇫🇷', '❤️'] as const;

/** What is said in chats, in a few languages and scripts. */
export const phrases = [
  'hello everyone',
  'what a save',
  'first time here',
  'gg',
  'gg wp',
  'no way',
  'that was close',
  'did you see that',
  'again please',
  'what song is this',
  'which patch is that',
  'chat is moving so fast nobody will see that I like trains',
  'rip',
  'one more run',
  'the left path is faster',
  'you forgot the key',
  'lets go',
  'clip that',
  'how long have you been live',
  'good night from the late shift',
  'je viens d’arriver, ça va ?',
  'schöne Grüße aus dem Zug',
  'que buena partida',
  'привет из Сибири',
  'よろしくお願いします',
  '今日もお疲れさま',
  'a\\b is not a/b; or is it?',
  'rate it 1 to 10: 11',
  '100 % sure',
  '"quote me on that"',
] as const;

export const nameParts = {
  first: [
    'sunny',
    'grumpy',
    'quiet',
    'turbo',
    'velvet',
    'rusty',
    'sleepy',
    'neon',
    'salty',
    'cosmic',
    'humble',
  ],
  last: [
    'badger',
    'kettle',
    'comet',
    'walnut',
    'falcon',
    'biscuit',
    'lantern',
    'pickle',
    'wizard',
    'robot',
    'heron',
  ],
} as const;

export const colors = [
  '#FF4500',
  '#1E90FF',
  '#2E8B57',
  '#9ACD32',
  '#8A2BE2',
  '#FF69B4',
  '',
  '#DAA520',
] as const;
