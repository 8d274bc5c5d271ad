import { describe, expect, it } from 'vitest';
import { failureCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { explained } from './known-failures';

const nothing = { en: '', 'zh-CN': '' };

describe('known failures', () => {
  it('are told by each of their messages, and by no other', () => {
    for (const { examples, remedy } of failureCatalogue()) {
      for (const example of examples) {
        const said = explained(nothing, `Reading package lists...\n${example}\n`);
        expect([example, said.en.includes(remedy.en), said['zh-CN'].includes(remedy['zh-CN'] ?? '')]).toEqual([
          example,
          true,
          true,
        ]);
      }
    }
    expect(explained({ en: 'a', 'zh-CN': 'b' }, 'The following NEW packages will be installed:')).toEqual({
      en: 'a',
      'zh-CN': 'b',
    });
  });
});
