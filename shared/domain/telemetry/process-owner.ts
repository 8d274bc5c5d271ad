import { z } from 'zod';

/** What a process belongs to: a job of a scheduler, a container, a service of systemd. */
export const processOwnerSchema = z.object({ kind: z.enum(['job', 'container', 'service']), name: z.string() });
export type ProcessOwner = z.infer<typeof processOwnerSchema>;

/*
 * /slurm/uid_1000/job_1234/step_0, /system.slice/slurmstepd.scope/job_1234/step_0/user/task_0
 * /system.slice/docker-3f1c…64 hex….scope, /docker/3f1c…, …/cri-containerd-3f1c….scope, /machine.slice/libpod-3f1c….scope
 * /system.slice/vllm.service
 */
const job = /(?:^|\/)(?:job|pbs_jobid|lsf)[_/.-](\d{1,20}(?:\.[\w-]{1,60})?)(?:\/|$)/;
const container = /(?:^|[/_-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/;
const service = /\/([\w@.:-]{1,200}\.service)(?:\/|$)/;

/** Read from a control group (`ps -o cgroup`, `/proc/PID/cgroup`); null where that names nothing of the kind. */
export function processOwnerOf(cgroup: string | null): ProcessOwner | null {
  if (cgroup === null) return null;
  // A job's container is the job's.
  const jobId = job.exec(cgroup)?.[1];
  if (jobId !== undefined) return { kind: 'job', name: jobId };
  const containerId = container.exec(cgroup)?.[1];
  if (containerId !== undefined) return { kind: 'container', name: containerId.slice(0, 12) };
  const name = service.exec(cgroup)?.[1];
  // The manager of a login's own processes is no service of its.
  return name === undefined || /^user@\d+\.service$/.test(name) ? null : { kind: 'service', name };
}
