import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

interface Violation {
  id: string;
  impact: string;
  nodes: string[];
}

/** Lets axe look at a page, by a way that the content policy of the page has nothing to say to. */
export async function addAxe(page: Page): Promise<void> {
  await page.evaluate(await readFile('node_modules/axe-core/axe.min.js', 'utf8'));
}

/** What axe holds against the page as it is now, and holds for serious. */
export const graveFaults = (page: Page): Promise<Violation[]> =>
  page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`);

/** What is cut off or stands beside the screen: words for each element, none where all is in reach. */
export const beyondEdges = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page is ' + document.documentElement.scrollWidth + ' wide');
    for (const one of document.querySelectorAll('main, dialog, .scroller, .dialog-body')) {
      if (one.scrollWidth > one.clientWidth + 1) found.push(one.className + ' scrolls sideways: ' + one.scrollWidth + ' of ' + one.clientWidth);
    }
    for (const one of document.querySelectorAll('a, button, input, select, summary')) {
      const { left, right, width } = one.getBoundingClientRect();
      if (width > 0 && !one.classList.contains('skip') && (left < -1 || right > innerWidth + 1)) found.push(one.outerHTML.slice(0, 120));
    }
    return found;
  })()`);

const shown = process.env['ROLLCALL_SCREENSHOTS'];

/** Draws a page into the folder that the variable names, where it names one; `home` is called as people call theirs. */
export async function shoot(page: Page, name: string, home = ''): Promise<void> {
  if (!shown) return;
  if (home !== '') {
    await page.evaluate(`for (const walker = document.createTreeWalker(document.body, 4); walker.nextNode(); ) {
      const { data } = walker.currentNode;
      if (data.includes('${home}')) walker.currentNode.data = data.replaceAll('${home}', '/home/ada');
    }`);
  }
  await page.screenshot({ path: join(resolve(shown), `${name}.png`), animations: 'disabled' });
}
