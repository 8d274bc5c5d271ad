import { expect, it } from 'vitest';
import { processOwnerOf } from './process-owner';

const hex = '3f1c'.repeat(16);

it.each([
  ['/slurm/uid_1000/job_1234/step_0', { kind: 'job', name: '1234' }],
  ['0::/system.slice/slurmstepd.scope/job_77/step_batch/user/task_0', { kind: 'job', name: '77' }],
  [`/system.slice/docker-${hex}.scope`, { kind: 'container', name: hex.slice(0, 12) }],
  [`/docker/${hex}`, { kind: 'container', name: hex.slice(0, 12) }],
  [`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${hex}.scope`, { kind: 'container', name: hex.slice(0, 12) }],
  ['/system.slice/vllm@0.service', { kind: 'service', name: 'vllm@0.service' }],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice', null],
  ['/user.slice/user-1000.slice/session-4.scope', null],
  ['/', null],
  [null, null],
] as const)('what %s belongs to', (cgroup, owner) => {
  expect(processOwnerOf(cgroup)).toEqual(owner);
});
