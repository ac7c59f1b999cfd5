import type { Change, PeerAddress, ResourceRow, UserRow } from '../../../src/base/roll.ts';
import type { ContentRow, RollQuery } from '../../../src/client/live/liveRoll.ts';

/** The roll as plain lists, looked through from the beginning each time. */
export class NaiveRoll {
  users: UserRow[] = [];
  rows: ResourceRow[] = [];

  apply(change: Change): void {
    const isOf = (at: PeerAddress, user: string): boolean =>
      at.address === change.address &&
      at.port === change.port &&
      user === ('user' in change ? change.user : change.owner);
    switch (change.change) {
      case 'joined':
        if (!this.users.some((row) => isOf(row, row.user))) {
          const { user, address, port } = change;
          this.users.push({ user, address, port, state: 'alive', resources: 0, udp: 'ok', since: 0 });
        }
        this.#state(change, change.user, 'alive');
        break;
      case 'left':
        this.users = this.users.filter((row) => !isOf(row, row.user));
        this.rows = this.rows.filter((row) => !isOf(row, row.owner));
        break;
      case 'state':
        this.#state(change, change.user, change.state);
        break;
      case 'announced': {
        const { change: _, ...row } = change;
        this.rows = this.rows.filter((old) => !(isOf(old, old.owner) && old.name === row.name));
        this.rows.push(row as ResourceRow);
        this.#state(change, change.owner, change.state);
        break;
      }
      case 'withdrawn':
        this.rows = this.rows.filter(
          (old) => !(isOf(old, old.owner) && old.name === change.name && old.id === change.id),
        );
        break;
    }
  }

  #state(at: PeerAddress, user: string, state: UserRow['state']): void {
    const isOf = (row: PeerAddress, owner: string): boolean =>
      row.address === at.address && row.port === at.port && owner === user;
    this.users = this.users.map((row) => (isOf(row, row.user) ? { ...row, state } : row));
    this.rows = this.rows.map((row) => (isOf(row, row.owner) ? { ...row, state } : row));
  }

  contents({ pattern = '', owner, sort, descending }: RollQuery): Omit<ContentRow, 'key'>[] {
    const groups = new Map<string, ResourceRow[]>();
    for (const row of this.rows) {
      const own = row.id === null ? [row.owner, row.address, row.port] : [];
      const key = JSON.stringify([row.name, row.id, row.size, row.kind, ...own]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const compare = new Intl.Collator(undefined, { numeric: true }).compare;
    const words = pattern.toLowerCase().split(' ').filter(Boolean);
    const all = [...groups.values()];
    const found = all
      .filter((rows) => owner === undefined || rows.some((row) => row.owner === owner))
      .filter((rows) => {
        const text = rows
          .flatMap((row) => [row.name, row.owner, row.description])
          .join('\n')
          .toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .map((rows) => {
        const newest = Math.max(...rows.map((row) => row.modified));
        const [{ name, id, size, kind }] = rows as [ResourceRow];
        const owners = rows
          .map(({ owner: user, address, port, state }) => ({ user, address, port, state }))
          .sort((a, b) => compare(a.state, b.state) || compare(a.user, b.user) || a.port - b.port);
        const namesakes = all.filter((other) => other[0]?.name === name).length;
        const description = rows.find((row) => row.modified === newest)?.description ?? '';
        return { name, id, size, kind, description, modified: newest, owners, namesakes };
      });
    const value = (row: (typeof found)[number]): number => {
      switch (sort) {
        case 'name':
          return 0;
        case 'size':
          return row.size ?? -1;
        case 'modified':
          return row.modified;
        case 'owners':
          return row.owners.length;
      }
    };
    const sign = descending ? -1 : 1;
    return found.sort((a, b) => sign * (sort === 'name' ? compare(a.name, b.name) : value(a) - value(b)) || 0);
  }
}
