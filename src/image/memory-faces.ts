/**
 * Memory that looking for faces takes, in bytes: always the same, as the network has one size. Two maps of 128×128×24
 * floats (3 MiB), the weights as they are stored and as floats (0.8 MiB), the pixels (0.25 MiB), rows and the stack.
 * It is the least number of pages in which the module does not fail; a test holds it to that.
 */
export const FACES_BYTES = 67 * 65_536;
