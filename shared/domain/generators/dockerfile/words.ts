/** Names that may stand in a RUN line: what is none is flagged and left out. Debian policy 5.6.1, with a version. */
export const packagePattern = /^[a-z0-9][a-z0-9+.-]*(?:=[A-Za-z0-9.+:~-]+)?$/;
/** PEP 508 names with extras, PEP 440 versions. */
export const requirementPattern =
  /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9._,-]+\])?(?:(?:===?|~=|!=|>=|<=|>|<)[A-Za-z0-9.*+!_-]+(?:,(?:==|~=|!=|>=|<=|>|<)[A-Za-z0-9.*+!_-]+)*)?$/;
/** Of a folder or file in the image. */
export const imagePathPattern = /^\/[A-Za-z0-9_./+@-]*$/;
/** In the project's folder. */
export const projectPathPattern = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[A-Za-z0-9_./+@*?-]+$/;
export const userPattern = /^[a-z_][a-z0-9_-]{0,30}$/;
export const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** A reference of an image: one word, nothing that is filled in. */
export const basePattern = /^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/;
