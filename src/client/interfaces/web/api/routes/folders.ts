import { dirname, parse, resolve } from 'node:path';
import type { Routes } from '../api.ts';
import { optionalPath } from '../fields.ts';
import { lookInto } from '../lookInto.ts';
import { answers } from '../schemas/answers.ts';
import { folder, foldersQuery } from '../schemas/folders.ts';

export const folderRoutes: Routes = (api, { daemon, home }) => {
  const summary = 'What is in a folder of this machine, for choosing what to share';
  const schema = { tags: ['shares'], summary, querystring: foldersQuery, response: answers(folder) };
  api.get('/folders', { schema }, async ({ query }) => {
    const path = resolve(optionalPath('path', query.path) ?? home);
    const parent = dirname(path);
    const { shareFolder, downloads } = daemon.settings();
    const places = [
      { name: 'Home', path: home },
      { name: 'Shared', path: shareFolder },
      { name: 'Downloads', path: downloads },
      { name: parse(home).root, path: parse(home).root },
    ];
    return { path, parent: parent === path ? null : parent, places, ...(await lookInto(path)) };
  });
};
