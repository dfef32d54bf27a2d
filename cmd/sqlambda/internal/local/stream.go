package local

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"net/http"
)

// respondWithStream answers with the whole response as a stream of one chunk, as Lambda
// does where a function does not stream.
// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
func respondWithStream(w http.ResponseWriter, out *outcome, log string) {
	w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
	complete := map[string]string{}
	if out.failed {
		complete["ErrorCode"], complete["ErrorDetails"] = "Unhandled", string(out.payload)
	} else {
		w.Write(eventMessage("PayloadChunk", "application/octet-stream", out.payload))
	}
	if log != "" {
		complete["LogResult"] = log
	}
	last, _ := json.Marshal(complete) // it cannot fail
	w.Write(eventMessage("InvokeComplete", "application/json", last))
}

// eventMessage is a message of an event stream: lengths with their checksum, headers, the
// payload, and a checksum of all.
// https://smithy.io/2.0/aws/amazon-eventstream.html
func eventMessage(event, contentType string, payload []byte) []byte {
	var headers []byte
	for _, header := range [...][2]string{{":event-type", event}, {":content-type", contentType}, {":message-type", "event"}} {
		const text = 7 // the type of the value
		headers = append(append(headers, byte(len(header[0]))), header[0]...)
		headers = append(binary.BigEndian.AppendUint16(append(headers, text), uint16(len(header[1]))), header[1]...)
	}
	const prelude, sums = 8, 8
	message := binary.BigEndian.AppendUint32(nil, uint32(prelude+len(headers)+len(payload)+sums))
	message = binary.BigEndian.AppendUint32(message, uint32(len(headers)))
	message = binary.BigEndian.AppendUint32(message, crc32.ChecksumIEEE(message))
	message = append(append(message, headers...), payload...)
	return binary.BigEndian.AppendUint32(message, crc32.ChecksumIEEE(message))
}
