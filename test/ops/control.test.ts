import { conforms } from "./conforms.ts"

conforms("control")
