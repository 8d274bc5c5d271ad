import type { FaultOptions } from '../faults';
import type { NodeModel } from './node-model';
import type { SimProcess } from './process';
import { base } from './processes';

/** The busiest job, by hand and not a service, on each GPU. */
export function jobsToStarve(model: NodeModel): { gpuIndex: number; job: SimProcess }[] {
  return model.gpus.flatMap(({ index }) => {
    const jobs = model
      .holdersOf(index)
      .filter((one) => one.utilizationPercent > 0 && !one.cgroup.startsWith('/system'));
    const [job] = jobs.sort((one, other) => other.utilizationPercent - one.utilizationPercent);
    return job ? [{ gpuIndex: index, job }] : [];
  });
}

/** A job whose loaders wait inside the kernel for what they read, so that its GPU is fed a little at a time. */
export function starveJob(model: NodeModel, { gpu }: FaultOptions['starved-job']): () => void {
  const found = jobsToStarve(model).find(({ gpuIndex }) => gpu === undefined || gpuIndex === gpu);
  if (!found) throw new RangeError(`node ${model.name} has no job${gpu === undefined ? '' : ` on GPU ${gpu}`}`);
  const { job } = found;
  model.processes.set(job.pid, { ...job, utilizationPercent: 9, wavePeriodSec: 0, state: 'S' });
  const loaders = Array.from({ length: 4 }, () =>
    model.spawn({
      ...base(),
      ppid: job.pid,
      user: job.user,
      uid: job.uid,
      executable: job.executable,
      args: job.args,
      state: 'D',
      startedAtMs: job.startedAtMs,
      cgroup: job.cgroup,
      environment: job.environment,
      workingDirectory: job.workingDirectory,
      residentMib: 900,
      cpuPercent: 6,
    }),
  );
  return () => {
    for (const { pid } of loaders) model.forget(pid);
    if (model.processes.has(job.pid)) model.processes.set(job.pid, job);
  };
}
