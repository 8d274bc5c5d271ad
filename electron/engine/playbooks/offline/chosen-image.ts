import type { VersionChoice } from '#shared/domain/compatibility/version-choice';
import type { SiteScope } from '#shared/domain/site';

/**
 * The image of an action that follows from a driver which is not there yet: what the tables choose for the node, from the registry
 * that the action asks. `flavour`: of Triton (`py3`). Null: they choose none.
 */
export function chosenImage(
  { actionId, flavour }: { actionId: string; flavour: unknown },
  choices: readonly Pick<VersionChoice, 'part' | 'wanted'>[],
  registries: Pick<SiteScope, 'nvcr' | 'dockerHub'>,
): string | null {
  const images = choices.map(({ wanted }) => wanted ?? '');
  switch (actionId) {
    case 'triton-server': {
      // `nvcr.io/nvidia/tritonserver:25.08-py3`
      const image = images.find((one) => /^nvcr\.io\/\S*:[\d.]+-(\S+)$/.exec(one)?.[1] === flavour);
      return image?.replace('nvcr.io', registries.nvcr) ?? null;
    }
    case 'container-proof': {
      const proof = choices.find(({ part }) => part === 'cuda-image')?.wanted ?? null;
      return proof === null ? null : `${registries.dockerHub}/${proof}`;
    }
    default:
      return null;
  }
}
