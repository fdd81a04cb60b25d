/** Headings of the parameters' groups, in the order of the pages. */
import type { Group } from "../../params/row.ts";

export const GROUPS: Readonly<Record<Group, string>> = {
  size: "Size and shape",
  orientation: "Orientation",
  adjustment: "Adjustments",
  overlay: "Overlays",
  output: "Output",
  delivery: "Delivery",
  access: "Access",
};
