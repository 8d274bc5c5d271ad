import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { addYamlItem } from './edit-yaml-list';

const item = '{ job_name: "gantry", file_sd_configs: [{ files: ["/etc/x.json"] }] }';

it('adds an item behind the others and leaves the rest byte for byte', () => {
  const text = `# mine
global:
  scrape_interval: 15s # often
scrape_configs:
  # itself
  - job_name: prometheus
    static_configs:
      - targets: ['localhost:9090'] # here

  # the end
rule_files: []
`;
  expect(addYamlItem(text, 'scrape_configs', item)).toBe(text.replace('# here\n', `# here\n  - ${item}\n`));
  expect(addYamlItem('scrape_configs:\n- job_name: a', 'scrape_configs', item)).toBe(
    `scrape_configs:\n- job_name: a\n- ${item}`,
  );
  expect(addYamlItem('global: {}\n', 'scrape_configs', item)).toBe(`global: {}\nscrape_configs:\n  - ${item}\n`);
  expect(addYamlItem('', 'scrape_configs', item)).toBe(`scrape_configs:\n  - ${item}\n`);
});

it('leaves alone what it does not understand', () => {
  for (const text of [
    'scrape_configs: []',
    'scrape_configs: [{ job_name: a }]',
    'scrape_configs: 1',
    '- a',
    'a: [',
    'a: 1\n---\nb: 2',
  ])
    expect(addYamlItem(text, 'scrape_configs', item)).toBe(null);
});

it('adds just that, whatever is there', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 4 }), fc.jsonValue(), (items, other) => {
      const before = { scrape_configs: items, other };
      const after = addYamlItem(stringify(before), 'scrape_configs', item);
      if (after !== null)
        expect(parse(after)).toEqual({ scrape_configs: [...parse(stringify(items)), parse(item)], other });
    }),
    { numRuns: 100 },
  );
});
