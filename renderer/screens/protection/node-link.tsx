import { Anchor } from '@mantine/core';
import { navigate } from '../../app/router';
import { useHostName } from '../../stores/fleet-store';

export function NodeLink({ hostId }: { hostId: string }) {
  const name = useHostName(hostId);
  return (
    <Anchor
      component="button"
      type="button"
      inherit
      onClick={() => navigate({ screen: 'node', hostId, section: 'live' })}
    >
      {name}
    </Anchor>
  );
}
