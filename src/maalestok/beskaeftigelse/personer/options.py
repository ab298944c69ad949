"""The ways of counting persons that a build may ask for."""

BY_PAYER, BRIDGE = "efter_betaler", "begge_definitioner"
OPTIONS = {
    BY_PAYER: "fuldtidspersoner tæller i den kommune, der betaler ydelsen, ikke hvor personen bor",
    BRIDGE: "fuldtidspersoner opgøres også efter områdernes andre definitioner, på de samme data",
}
