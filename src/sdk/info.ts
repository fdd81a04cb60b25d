/** What `/_/info/<key>` answers; `format=json` answers the sizes and `original` of it. */

export interface PictureInfo {
  /** Of the picture as transformed, in px. */
  readonly width: number;
  readonly height: number;
  readonly original: {
    /** Bytes; absent where the origin does not say. */
    readonly file_size?: number;
    /** Upright, in px. */
    readonly width: number;
    readonly height: number;
    /** As the file has it, before its orientation is applied. */
    readonly stored: { readonly width: number; readonly height: number };
    /** Media type. */
    readonly format: string;
    /** EXIF: 1 is upright. */
    readonly orientation: number;
    readonly animated: boolean;
    /** Absent where only the whole file would tell. */
    readonly frames?: number;
    readonly alpha: boolean;
    readonly bit_depth: number;
    readonly colour: string;
    /** Absent where the file has none. */
    readonly profile?: string;
    readonly profile_name?: string;
  };
  /** `#rrggbb`; `null` for a picture that is all transparent. */
  readonly dominant?: string | null;
  /** The largest share first. */
  readonly palette?: readonly { readonly hex: string; readonly share: number }[];
  readonly blurhash?: string;
  /** Base64. */
  readonly thumbhash?: string;
  /** Paths on the service, without signatures. */
  readonly srcset?: string;
  readonly sizes?: string;
  /** Why the six above are absent: the picture is too large, or of a kind that is not decoded. */
  readonly unseen?: string;
}
