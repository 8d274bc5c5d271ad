import { useState } from 'react';
import type { TreesFolder } from '#shared/domain/own-trees';
import { engine } from '../../../rpc/client';
import { useStream } from '../../../rpc/use-stream';

/** The user's folder of trees, as it is now. */
export function useTreesFolder(onChange?: () => void): { folder: TreesFolder | undefined; error: unknown } {
  const [folder, setFolder] = useState<TreesFolder>();
  const { error } = useStream(
    'ownTrees.watch',
    (signal) => engine.ownTrees.watch(undefined, { signal }),
    (items) => {
      setFolder(items.at(-1));
      onChange?.();
    },
  );
  return { folder, error };
}
