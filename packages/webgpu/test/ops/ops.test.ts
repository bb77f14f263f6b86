import { conforms } from "./conforms.ts"

conforms("ops")
