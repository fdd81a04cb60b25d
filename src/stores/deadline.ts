export { orNothing } from "../deadline.ts";
