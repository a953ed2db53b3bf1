/** Zip archives byte by byte, also such as no honest program would write. APPNOTE.TXT of PKWARE, 4.3. */
import zlib from 'node:zlib'

export interface ZipMember {
  name: string
  content: string | Uint8Array
  deflate?: boolean
  /** What it claims, where that is not true. */
  method?: number
  size?: number
  crc?: number
  encrypted?: boolean
  /** Of Unix: type and permissions. */
  mode?: number
}

const utf8Names = 1 << 11

export function zipOf(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const content = Buffer.from(member.content as Uint8Array)
    const packed = member.deflate ? zlib.deflateRawSync(content) : content
    const data = member.encrypted ? Buffer.concat([Buffer.alloc(12), packed]) : packed
    const name = Buffer.from(member.name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0) // version that is needed
    common.writeUInt16LE(utf8Names | (member.encrypted ? 1 : 0), 2)
    common.writeUInt16LE(member.method ?? (member.deflate ? 8 : 0), 4)
    common.writeUInt32LE(member.crc ?? zlib.crc32(content), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(member.size ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    parts.push(Buffer.from('PK\x03\x04'), common, name, data)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, rest, name)
    offset += 30 + name.length + data.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(entries.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, entries, Buffer.from('PK\x05\x06'), end])
}
