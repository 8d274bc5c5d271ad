import { describe, expect, it } from 'vitest';
import { knowledgeJsonSchemas } from './json-schema';

describe('JSON schemas for editors', () => {
  it.each(Object.entries(knowledgeJsonSchemas()))(
    '%s is what the code generates (vitest -u writes it)',
    async (file, text) => {
      await expect(text).toMatchFileSnapshot(`../../../shared/knowledge/${file}`);
    },
  );
});
