import { useEffect, useState } from 'react';

/** False until what is shown first has been painted; what the first frame does not need waits for it. */
export function useIsPainted(): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    const paint = () => setPainted(true);
    // A hidden window paints no frame.
    let timer = setTimeout(paint, 1000);
    // A frame is painted between the call for it and the next turn.
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer);
      timer = setTimeout(paint);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  return isPainted;
}
