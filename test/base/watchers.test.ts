import { expect, it } from 'vitest';
import { openWatchers } from '../../src/base/watchers.ts';

const opened = () => {
  const failures: [unknown, string][] = [];
  return { failures, watchers: openWatchers<string>((error, event) => void failures.push([error, event])) };
};

it('tells everybody who watches, in the order in which they came, until they leave', () => {
  const { watchers } = opened();
  const told: string[] = [];
  const first = watchers.add((event) => void told.push(`first ${event}`));
  watchers.add((event) => void told.push(`second ${event}`));
  expect(watchers.count).toBe(2);
  watchers.tell('a');
  first[Symbol.dispose]();
  watchers.tell('b');
  expect(told).toEqual(['first a', 'second a', 'second b']);
  expect(watchers.count).toBe(1);
});

it('tells one that watches twice twice, and once after it left once', () => {
  const { watchers } = opened();
  const told: string[] = [];
  const watch = (event: string): void => void told.push(event);
  const once = watchers.add(watch);
  watchers.add(watch);
  watchers.tell('a');
  once[Symbol.dispose]();
  once[Symbol.dispose]();
  watchers.tell('b');
  expect(told).toEqual(['a', 'a', 'b']);
});

it('tells the others where one fails, and says what failed', () => {
  const { watchers, failures } = opened();
  const told: string[] = [];
  const error = new Error('no');
  watchers.add(() => {
    throw error;
  });
  watchers.add((event) => void told.push(event));
  watchers.tell('a');
  expect(told).toEqual(['a']);
  expect(failures).toEqual([[error, 'a']]);
});

it('lets one that is told leave, and another come, who is told of what comes next', () => {
  const { watchers } = opened();
  const told: string[] = [];
  const first = watchers.add(() => {
    first[Symbol.dispose]();
    watchers.add((event) => void told.push(event));
  });
  watchers.tell('a');
  watchers.tell('b');
  expect(told).toEqual(['b']);
});
