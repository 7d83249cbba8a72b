import type { Page } from 'playwright-core';

/** What happened to the page since the journal was begun, one state for each change of the document. */
export interface PageJournal {
  /** ids of moment cards that were put into the document, and taken out of it, in order */
  readonly added: string[];
  readonly removed: string[];
  /** drawings (chart, swarm) taken out of the document, and signs of an empty page put into it */
  readonly lostDrawings: number;
  readonly emptied: number;
  /** the lowest that the number of cards and the five-minute total ever were */
  readonly fewestCards: number;
  readonly lowestTotal: number;
}

/** Begins to write down every change of the page. The observer sees each state that could have been painted. */
export async function beginJournal(page: Page): Promise<void> {
  await page.evaluate(() => {
    const elements = (nodes: NodeList, selector: string) =>
      [...nodes].flatMap((node) =>
        node instanceof Element ? [...(node.matches(selector) ? [node] : []), ...node.querySelectorAll(selector)] : [],
      );
    const ids = (nodes: NodeList) =>
      elements(nodes, '[data-moment]').map((card) => card.getAttribute('data-moment') ?? '');
    const total = () =>
      Number((document.querySelector('[data-figure="total"]')?.textContent ?? '').replaceAll(/\D/g, ''));
    const cards = () => document.querySelectorAll('[data-moment]').length;
    const journal = {
      added: [] as string[],
      removed: [] as string[],
      lostDrawings: 0,
      emptied: 0,
      fewestCards: cards(),
      lowestTotal: total(),
    };
    Object.assign(globalThis, { pageJournal: journal });
    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes) {
        journal.added.push(...ids(addedNodes));
        journal.removed.push(...ids(removedNodes));
        journal.lostDrawings += elements(removedNodes, 'canvas').length;
        journal.emptied += elements(addedNodes, '.bone, [data-empty]').length;
      }
      journal.fewestCards = Math.min(journal.fewestCards, cards());
      journal.lowestTotal = Math.min(journal.lowestTotal, total());
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
}

export function readJournal(page: Page): Promise<PageJournal> {
  // Written above.
  return page.evaluate(() => Reflect.get(globalThis, 'pageJournal') as PageJournal);
}
