import { userInfo } from 'node:os';
import type { HostSpec } from '#shared/domain/host';

/** Who commands run as on a host, for the sudoers lines that are shown. Null where that is not known. */
export function loginOf(spec: HostSpec): string | null {
  switch (spec.kind) {
    case 'ssh':
      return spec.target.user;
    case 'local':
      return localUser();
    case 'bundle':
      return null;
  }
}

/** A container's user id may have no name. */
function localUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
