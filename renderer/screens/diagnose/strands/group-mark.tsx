import { lineOf, ownLines } from './strand-model';
import classes from './strands.module.css';

/** A group's letter in the colour of its line. */
export function GroupMark({ place, id }: { place: number; id: string }) {
  const line = lineOf(place);
  return (
    <span className={classes.mark} data-line={line === ownLines ? 'rest' : line}>
      {id}
    </span>
  );
}
