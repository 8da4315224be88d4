/** The package `wavefile`, with the types of what is used of it. Only this file imports it. */
import * as wavefile from 'wavefile';

export interface FmtFields {
  chunkSize: number;
  audioFormat: number;
  numChannels: number;
  sampleRate: number;
  blockAlign: number;
  bitsPerSample: number;
  /** Bytes of the GUID as four numbers in the byte order of the file. */
  subformat: number[];
}

interface Fields {
  fmt: FmtFields;
  fact: { chunkId: string; chunkSize: number; dwSampleLength: number };
  /** What the package calls High is the low half, and the other way round. */
  ds64: {
    chunkId: string;
    chunkSize: number;
    riffSizeHigh: number;
    riffSizeLow: number;
    dataSizeHigh: number;
    dataSizeLow: number;
    /** By its place the low half of the frames, as the next is the high one, and the last the table's length. */
    originationTime: number;
    sampleCountHigh: number;
    sampleCountLow: number;
  };
  junk: { chunkId: string; chunkSize: number; chunkData: number[] };
  data: { chunkId: string; chunkSize: number; samples: Uint8Array };
}

type Package = { readonly WaveFile: new () => wavefile.WaveFile };

/** Node hands CommonJS over as a default; bundlers take the package's modules, which have none. */
const { WaveFile: Class } = ('default' in wavefile ? wavefile.default : wavefile) as Package;

export type WaveFile = wavefile.WaveFile & Fields;

/** The package declares its chunks as plain objects; these are the fields that its reader sets. */
export const newWaveFile = (): WaveFile => new Class() as WaveFile;
