import { expect, it } from 'vitest';
import { openStore } from './open-store';
import { createSettings } from './settings';

it('remembers a change and keeps the defaults of the rest', () => {
  const store = openStore(':memory:');
  createSettings(store).update({ language: 'zh-CN' });
  expect(createSettings(store).get()).toMatchObject({
    language: 'zh-CN',
    colorScheme: 'auto',
    connectTimeoutMs: 15_000,
  });
});

it('falls back to the default for a stored value it cannot read', () => {
  const store = openStore(':memory:');
  const insert = store.database.prepare('INSERT INTO setting VALUES (?, ?)');
  insert.run('colorScheme', '"plaid"');
  insert.run('connectTimeoutMs', '{broken');
  expect(createSettings(store).get()).toMatchObject({ colorScheme: 'auto', connectTimeoutMs: 15_000 });
});

it('refuses a value outside its range and keeps the old one', () => {
  const settings = createSettings(openStore(':memory:'));
  expect(() => settings.update({ connectTimeoutMs: 1 })).toThrow();
  expect(settings.get().connectTimeoutMs).toBe(15_000);
});

it('keeps views of the fleet, and refuses two of a name or two that it would open with', () => {
  const store = openStore(':memory:');
  const view = { name: 'H100', filter: 'gpu.model ~ H100', columns: [], sort: [], group: 'driver', isDefault: true };
  createSettings(store).update({ fleetViews: [view] });
  expect(createSettings(store).get().fleetViews).toEqual([view]);
  const settings = createSettings(store);
  expect(() => settings.update({ fleetViews: [view, { ...view, isDefault: false }] })).toThrow();
  expect(() => settings.update({ fleetViews: [view, { ...view, name: 'other' }] })).toThrow();
  expect(settings.get().fleetViews).toEqual([view]);
});
