import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { siteScope, vendorSite } from '#shared/domain/site';
import { compileFixText, declaredFolders } from '../actions/declared/fix-library';
import { fixCasesSchema } from '../actions/declared/fix-schema';
import { parametersSchema } from '../actions/declared/parameters';
import { planFix } from '../actions/declared/plan-fix';
import { momentOf } from '../actions/declared/run-fix-cases';
import { YamlSource } from '../knowledge/yaml-source';
import { outsideHosts } from './outside-hosts';
import { createPlaybookFiles } from './playbook-files';
import { actionInfos } from './testing/playbook-files';

const mirror = 'https://mirror.site';
const site = siteScope({
  addresses: {
    apt: mirror,
    dnf: mirror,
    docker: `${mirror}/docker`,
    nvidia: `${mirror}/nvidia`,
    containerToolkit: `${mirror}/toolkit`,
    dockerHub: 'registry.site:5000',
    nvcr: 'registry.site:5000/nvcr',
    github: `${mirror}/github`,
    pypi: `${mirror}/simple`,
    pytorch: `${mirror}/whl`,
    conda: `${mirror}/conda`,
    huggingFace: `${mirror}/hf`,
  },
  proxy: { http: null, https: null, noProxy: [] },
  caPem: null,
});
const knowledge = join(import.meta.dirname, '../../../shared/knowledge');
const library = createPlaybookFiles(
  () => actionInfos,
  () => null,
).library();
const used = [...new Set(library.list().flatMap(({ steps }) => steps.map(({ actionId }) => actionId)))];

/**
 * Hosts that the commands of an action go to on the nodes of its own cases, where they can be told. Not those that the case itself names:
 * an image that somebody asked for, a source that the node has.
 */
function hostsOf(actionId: string, sites: readonly (typeof site)[]): string[][] {
  const folder = declaredFolders
    .map((name) => join(knowledge, name))
    .find((one) => existsSync(`${one}/${actionId}.yaml`));
  if (folder === undefined) return sites.map(() => []);
  const fix = compileFixText(`${actionId}.yaml`, readFileSync(join(folder, `${actionId}.yaml`), 'utf8'));
  const source = new YamlSource(actionId, readFileSync(join(folder, `${actionId}.cases.yaml`), 'utf8'));
  const cases = source.parse(fixCasesSchema).value?.cases ?? [];
  expect(cases, actionId).not.toEqual([]);
  return sites.map((of) =>
    cases.flatMap((one) => {
      const parameters = parametersSchema(fix.definition.parameters).parse(one.parameters);
      const { steps } = planFix(fix, parameters, momentOf(one, one.host, of));
      const lines = steps.flatMap(({ argv, stdin, edit }) => [argv.join(' '), stdin ?? '', edit?.value ?? '']);
      const named = JSON.stringify([one.parameters, one.read]);
      const isAsked = (host: string) => named.includes(host) || (host === 'docker.io' && 'image' in one.parameters);
      return outsideHosts(lines, of).filter((host) => !isAsked(host));
    }),
  );
}

it('names hosts in URLs and registries of images, not what is of the site or here', () => {
  const lines = [
    'curl -o /x https://download.docker.com/linux/gpg',
    'docker pull nvcr.io/nvidia/cuda:12.8.1-base-ubuntu24.04',
    'docker pull ubuntu:24.04',
    'curl http://127.0.0.1:8000/health',
    'docker pull registry.site:5000/x/y:1',
    'deb [signed-by=/k] https://mirror.site/docker/linux/ubuntu noble stable',
  ];
  expect(outsideHosts(lines, site)).toEqual(['docker.io', 'download.docker.com', 'nvcr.io']);
});

it('no step of any playbook goes outside where the site has mirrors, though without them many do', () => {
  expect(used.length).toBeGreaterThan(25);
  const hosts = used.map((id) => ({ id, hosts: hostsOf(id, [site, vendorSite]) }));
  expect(hosts.flatMap(({ id, hosts: [inside = []] }) => inside.map((host) => `${id}: ${host}`))).toEqual([]);
  const free = hosts.flatMap(({ hosts: [, outside = []] }) => outside);
  expect(free).toEqual(
    expect.arrayContaining(['download.docker.com', 'nvidia.github.io', 'developer.download.nvidia.com', 'nvcr.io']),
  );
});

it('no playbook writes an address down that its site could not change', () => {
  const written = library.list().flatMap(({ id }) => {
    const { sources: _, ...rest } = library.get(id).definition;
    return outsideHosts(
      [JSON.stringify(rest).replaceAll('\\"', '"').replaceAll('site.conda == "https://conda.anaconda.org"', '')],
      site,
    ).map((host) => `${id}: ${host}`);
  });
  expect(written).toEqual([]);
});
