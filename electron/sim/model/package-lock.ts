import type { NodeModel } from './node-model';
import { base } from './processes';

/** Another run of the package manager, as unattended upgrades start it. Returns how it ends; `isKilled` leaves packages unpacked. */
export function holdPackageLock(model: NodeModel): (options?: { isKilled?: boolean }) => void {
  const process = model.spawn({
    ...base(),
    user: 'root',
    uid: 0,
    executable: '/usr/bin/unattended-upgrade',
    args: [],
    startedAtMs: model.nowMs() - 42_000,
    cgroup: '/system.slice/apt-daily-upgrade.service',
  });
  model.software.lockedBy = process.pid;
  return ({ isKilled = false } = {}) => {
    model.forget(process.pid);
    model.software.lockedBy = null;
    const [first] = model.software.packages.keys();
    if (isKilled && first !== undefined) model.software.unconfigured.add(first);
    model.revision += 1;
  };
}
