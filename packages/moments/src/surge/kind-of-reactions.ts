import type { MomentKind } from '@ovation/protocol';

/**
 * Reactions by kind, folded and in lower case: names of platform emotes and third-party emotes, emoji, and words of a
 * few languages.
 */
const REACTIONS: Readonly<Record<MomentKind, string>> = {
  laugh:
    'lul lulw kekw omegalul lmao lmaoo rofl lol lool xd haha hehe jaja 555 55 ww www 草 ㅋㅋ kk kkk kekl icant pepelaugh elonlul hahaa keepo kappa 4head 😂 🤣 😹 😆 😄 😀 mdr rs rsrs 笑 哈哈 xdd',
  hype: 'pog pogu pogchamp poggers pogs pogg hype hypers letsgo ez clap gg ggez wp gachi gachibass pogslide catjam pepejam kreygasm peepoclap goat clutch insane 🔥 🎉 🙌 💪 👏 🏆 ⚡ 🚀 👍 7777 77 777 666 66 owo goal yes yess',
  shock:
    'monkas monkaw monkagiga wutface d: dansgame omg wtf wat what jesus holy notlikethis weirdchamp pepega ?? ??? !? ?! o_o o.o 😱 😮 🤯 😲 😳 😨 👀 cmonbruh jebaited',
  sad: 'biblethump feelsbadman sadge pepehands peeposad sadkek rip f ff qq nt unlucky 😢 😭 💔 😞 😔 🥺 🙁 residentsleeper',
  love: '<3 love bleedpurple vohiyo peepolove catlove widepeepohappy feelsgoodman peepohappy kappapride twitchunity luv aww ❤️ ❤ 💜 💕 😍 🥰 😘 💖 💙',
};

const kindByReaction = new Map<string, MomentKind>(
  // Object.entries widens the keys of the record above
  (Object.entries(REACTIONS) as [MomentKind, string][]).flatMap(([kind, words]) =>
    words.split(' ').map((word): [string, MomentKind] => [word.toLowerCase(), kind]),
  ),
);

/**
 * The kind with the most weight among the known reactions; `hype` when no reaction is known, because the audience rose.
 */
export function kindOfReactions(reactions: ReadonlyMap<string, number>): MomentKind {
  const weights: Record<MomentKind, number> = { laugh: 0, hype: 0, shock: 0, sad: 0, love: 0 };
  for (const [reaction, weight] of reactions) {
    const kind = kindByReaction.get(reaction.toLowerCase()) ?? kindByReaction.get(withoutPrefix(reaction));
    if (kind) weights[kind] += weight;
  }
  const kinds = Object.entries(weights) as [MomentKind, number][];
  const [best, weight] = kinds.reduce((top, next) => (next[1] > top[1] ? next : top));
  return weight > 0 ? best : 'hype';
}

/** Removes the prefix of a channel's emotes, which is in lower case: "limitLUL" is a LUL. */
function withoutPrefix(reaction: string): string {
  return reaction.replace(/^[a-z0-9]{2,}(?=[A-Z])/u, '').toLowerCase();
}
