import { describe, expect, it } from 'vitest';
import { checkImports } from './check-imports.mjs';

/** Checks a made-up tree of files. */
function check(sources: Record<string, string>): string[] {
  return checkImports(Object.keys(sources), (file) => sources[file] ?? '');
}

describe('import directions', () => {
  it.each([
    ['shared/a.ts', "import fs from 'node:fs';", 'shared may not import node modules'],
    ['shared/a.ts', "import { useState } from 'react';", 'shared may not import dom modules'],
    [
      'electron/engine/hosts/a.ts',
      "import { app } from 'electron';",
      'electron/engine may not import electron modules',
    ],
    ['renderer/a.tsx', "import path from 'path';", 'renderer may not import node modules'],
    ['electron/main/a.ts', "import type { X } from '../engine/index';", 'electron/main may not import electron/engine'],
    ['renderer/a.ts', "export * from '../electron/main/x';", 'renderer may not import electron/main'],
    ['electron/engine/hosts/a.ts', "const m = await import('../rpc/x');", 'hosts lies below rpc'],
    ['electron/engine/new/a.ts', "import '../hosts/x';", 'new has no place among the layers of electron/engine yet'],
    ['electron/engine/trees/language/a.ts', "import '../runs/x';", 'language lies below runs'],
    ['renderer/screens/fleet/a.ts', "import { x } from '../node/x';", 'a screen imports no other screen'],
    ['renderer/components/a.ts', "import { x } from '../screens/node/x';", 'only the app shell imports screens'],
  ])('refuses in %s: %s', (file, source, reason) => {
    expect(check({ [file]: `\n${source}` })).toEqual([
      expect.stringMatching(new RegExp(`^${file}:2 imports .*: ${reason.replace(/[.*+?^$()[\]\\|]/g, '\\$&')}`)),
    ]);
  });

  it('allows what the design allows', () => {
    const problems = check({
      'shared/domain/host.ts': "import { z } from 'zod';",
      'electron/engine/rpc/index.ts':
        "import { a } from '../hosts/a'; import net from 'node:net'; import '#shared/domain/host';",
      'electron/engine/hosts/a.ts': 'export const a = 1;',
      'electron/main/index.ts': "import { app } from 'electron'; import '#shared/domain/host';",
      'renderer/app/app.tsx': "import { Fleet } from '../screens/fleet/fleet'; import { Button } from '@mantine/core';",
      'renderer/screens/fleet/fleet.tsx': '',
    });
    expect(problems).toEqual([]);
  });

  it('lets a test import across layers', () => {
    expect(check({ 'electron/engine/hosts/a.test.ts': "import '../rpc/x';" })).toEqual([]);
  });

  it('finds a circle, and not one that types alone make', () => {
    const circle = { 'shared/a.ts': "import { b } from './b';", 'shared/b.ts': "import { a } from './a';" };
    expect(check(circle)).toEqual(['circular import: shared/a.ts -> shared/b.ts -> shared/a.ts']);
    expect(check({ ...circle, 'shared/b.ts': "import type { A } from './a';" })).toEqual([]);
  });
});
