import { useEffect, useRef, useState } from 'react';

/** Whether an element can be seen, or nearly: what is scrolled away need not be read. */
export function useIsInView() {
  const ref = useRef<HTMLElement>(null);
  const [isInView, setInView] = useState(typeof IntersectionObserver === 'undefined');
  useEffect(() => {
    if (!ref.current || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: '120px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, isInView };
}
