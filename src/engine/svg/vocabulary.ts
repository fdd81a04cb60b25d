/**
 * What of SVG is kept: elements and attributes that draw (SVG 1.1, SVG 2, Filter Effects 1, SMIL's animation of them).
 * Whatever is not named here is dropped, an element with all that is in it: scripts, handlers, `foreignObject`, HTML, the
 * data of editors.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const ELEMENTS = words(`
  svg g defs symbol use a switch title desc style
  path rect circle ellipse line polyline polygon
  text tspan textPath
  image linearGradient radialGradient stop pattern clipPath mask marker filter
  feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
  feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
  feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
  animate animateMotion animateTransform set mpath
`);

/** What these may show besides parts of the same file: a raster that lies in the file. */
export const SHOWS_RASTERS = words("image feImage");

/** Properties of CSS that may stand as attributes (SVG 2, "Presentation attributes"). */
const PRESENTATION = `
  alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation color-interpolation-filters
  color-rendering cursor direction display dominant-baseline enable-background fill fill-opacity fill-rule filter
  flood-color flood-opacity font font-family font-feature-settings font-kerning font-size font-size-adjust font-stretch
  font-style font-synthesis font-variant font-variant-caps font-variant-ligatures font-variant-numeric
  font-variation-settings font-weight glyph-orientation-horizontal glyph-orientation-vertical image-rendering
  inline-size isolation kerning letter-spacing lighting-color line-height marker marker-end marker-mid marker-start mask
  mask-type mix-blend-mode opacity overflow paint-order pointer-events shape-inside shape-margin shape-padding
  shape-rendering shape-subtract stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
  stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-align text-align-last text-anchor text-decoration
  text-decoration-color text-decoration-line text-decoration-style text-indent text-orientation text-overflow
  text-rendering transform transform-box transform-origin unicode-bidi vector-effect visibility white-space word-spacing
  writing-mode
`;

const GEOMETRY = `
  x y width height cx cy r rx ry x1 y1 x2 y2 fx fy fr d points pathLength dx dy rotate textLength lengthAdjust
  startOffset method side spacing viewBox preserveAspectRatio offset
  gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform
  clipPathUnits maskUnits maskContentUnits filterUnits primitiveUnits filterRes
  markerWidth markerHeight markerUnits refX refY orient
`;

const FILTERS = `
  in in2 result mode type values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 order kernelMatrix
  divisor bias targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant
  specularExponent limitingConeAngle scale xChannelSelector yChannelSelector azimuth elevation pointsAtX pointsAtY
  pointsAtZ z stdDeviation radius baseFrequency numOctaves seed stitchTiles
`;

const ANIMATION = `
  attributeName attributeType begin dur end min max restart repeatCount repeatDur calcMode keyTimes keySplines keyPoints
  from to by additive accumulate path origin
`;

/** `style` and `href` are kept, too, as far as they are safe. */
export const ATTRIBUTES = words(`
  id class lang tabindex version baseProfile systemLanguage requiredFeatures role aria-label aria-hidden
  ${PRESENTATION} ${GEOMETRY} ${FILTERS} ${ANIMATION}
`);

/** Names and texts: nothing in them is ever read as CSS. */
export const PLAIN_ATTRIBUTES = words("id class lang aria-label d points viewBox attributeName");

/** What an animation may change: what may be written as well, and is no reference. */
export const ANIMATED = words(`${PRESENTATION} ${GEOMETRY} ${FILTERS} x1 class`);
