import { expect, it } from 'vitest';
import type { ActionPlan } from '#shared/domain/action';
import { type SiteScope, vendorSite } from '#shared/domain/site';
import { outlineSteps } from './outline-playbook';
import { planSteps } from './plan-playbook';
import { createPlaybookFiles } from './playbook-files';
import { actionInfos } from './testing/playbook-files';

/** As a server out of its box tells of itself: GPUs on the bus, no driver, no Docker, nothing that asks either. */
const bare = {
  os: { id: 'ubuntu', versionId: '24.04', prettyName: 'Ubuntu 24.04', virtualization: 'none', kernelRelease: '6.8.0' },
  'gpu-devices': {
    devices: [{ kind: 'gpu', vendorId: '10de', name: 'GH100 [H100 SXM5 80GB]', driver: null, address: '0000:1b:00.0' }],
  },
  'gpu-driver': { kernelModuleVersion: null, installedModuleVersion: null },
  packages: { packages: [] },
  cpu: { scaling: [] },
};
const library = createPlaybookFiles(
  () => actionInfos,
  () => null,
).library();
const options = (facts: object) => ({
  library,
  facts: facts as never,
  site: vendorSite as SiteScope,
});
const goals = options(bare)
  .library.list()
  .filter(({ isGoal }) => isGoal);
const parametersOf = (id: string) =>
  id === 'serve-vllm'
    ? {
        model: '/srv/models/llama',
        image: 'vllm/vllm-openai:v0.11.0',
        tensorParallel: 1,
        contextTokens: 8192,
        offline: false,
        address: '127.0.0.1',
      }
    : Object.fromEntries(
        options(bare)
          .library.get(id)
          .definition.parameters.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]])),
      );
/** Nothing is as wanted, and each action would go. */
const toDo = { fingerprint: 'f', isAlreadyDone: false, isBlocked: false, checks: [], steps: [], parameters: {} };

it.each(goals.map(({ id }) => [id]))(
  'on a bare node nothing of %s is left out that its own steps make needed',
  async (id) => {
    const rest = options(bare);
    const steps = await planSteps(library.get(id), parametersOf(id), {
      ...rest,
      signal: new AbortController().signal,
      earlier: () => null,
      planAction: async () => toDo as unknown as ActionPlan,
    });
    expect(steps.flatMap((step) => (step.state === 'blocked' ? [`${step.id}: ${step.reason?.en}`] : []))).toEqual([]);
    const out = steps.flatMap((step) => (step.state === 'left-out' ? [step.id.replace(/^(?:.*\.)?driver\./, '')] : []));
    // Hardware that is not there, a site where nothing is set, Ubuntu's own repository and Debian's components, what nobody asked for; GPUs without a driver are not watched.
    const known = [
      'repository',
      'components',
      'docker.site',
      'fabric-manager',
      'host.governor',
      'host.power',
      'host.huge-pages',
    ];
    const watched = ['toolkit-repository', 'components', 'gpus', 'docker.', 'containers.'];
    const allowed = id === 'monitored-node' ? watched : known;
    expect(out.filter((one) => !allowed.some((begin) => one.startsWith(begin)))).toEqual([]);
  },
);

it('half-way through a driver, what was confirmed because none ran is still to be done', () => {
  const rest = options({
    ...bare,
    'gpu-driver': { kernelModuleVersion: '580.95.05', installedModuleVersion: '580.95.05' },
  });
  const triton = library.get('serve-triton');
  const verdicts = (held: readonly string[]) =>
    outlineSteps(triton, parametersOf('serve-triton'), { ...rest, held })
      .filter(({ id }) => id === 'driver.restart')
      .map(({ verdict }) => verdict?.kind ?? 'to do');
  expect([verdicts([]), verdicts(['driver'])]).toEqual([['out'], ['to do']]);
});
