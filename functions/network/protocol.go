package network

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var protocolFunctions = []fn.Func{{
	Name: "PROTOCOL_TO_NAME",
	Params: []fn.Param{{Name: "number", Kinds: fn.Any, Null: fn.NullYieldsNull,
		Doc: "the number of an IP protocol, converted to an int"}},
	Result: fn.Any, ResultDoc: "the name of the protocol, or the argument itself",
	Doc: "Returns the name of an IP protocol from its number, as it stands in the protocol field of IP headers and in flow records. " +
		"A number without name and whatever is no number is returned as it is.",
	Examples: []fn.Example{
		{Expr: "PROTOCOL_TO_NAME(6)", Want: "'TCP'"},
		{Expr: "PROTOCOL_TO_NAME('17')", Want: "'UDP'"},
		{Expr: "PROTOCOL_TO_NAME(200)", Want: "200"},
	},
	Cost: 8,
	Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
		number, ok := value.ToInt(v)
		if !ok || number < 0 || int(number) >= len(protocolNames) || protocolNames[number] == "" {
			return v, nil
		}
		return value.String(protocolNames[number]), nil
	},
}}

// protocolNames are the keywords of the IANA registry "Assigned Internet Protocol
// Numbers" in the older spellings that Metron's rules compare with. 68, which has
// no keyword in the registry, has that of 69 too, as in Metron.
var protocolNames = [...]string{
	0: "HOPOPT", "ICMP", "IGMP", "GGP", "IP-in-IP", "ST", "TCP", "CBT",
	8: "EGP", "IGP", "BBN-RCC-MON", "NVP-II", "PUP", "ARGUS", "EMCON", "XNET",
	16: "CHAOS", "UDP", "MUX", "DCN-MEAS", "HMP", "PRM", "XNS-IDP", "TRUNK-1",
	24: "TRUNK-2", "LEAF-1", "LEAF-2", "RDP", "IRTP", "ISO-TP4", "NETBLT", "MFE-NSP",
	32: "MERIT-INP", "DCCP", "3PC", "IDPR", "XTP", "DDP", "IDPR-CMTP", "TP++",
	40: "IL", "IPv6", "SDRP", "IPv6-Route", "IPv6-Frag", "IDRP", "RSVP", "GRE",
	48: "MHRP", "BNA", "ESP", "AH", "I-NLSP", "SWIPE", "NARP", "MOBILE",
	56: "TLSP", "SKIP", "IPv6-ICMP", "IPv6-NoNxt", "IPv6-Opts", "", "CFTP", "",
	64: "SAT-EXPAK", "KRYPTOLAN", "RVD", "IPPC", "SAT-MON", "SAT-MON", "VISA", "IPCU",
	72: "CPNX", "CPHB", "WSN", "PVP", "BR-SAT-MON", "SUN-ND", "WB-MON", "WB-EXPAK",
	80: "ISO-IP", "VMTP", "SECURE-VMTP", "VINES", "TTP", "NSFNET-IGP", "DGP", "TCF",
	88: "EIGRP", "OSPF", "Sprite-RP", "LARP", "MTP", "AX.25", "IPIP", "MICP",
	96: "SCC-SP", "ETHERIP", "ENCAP", "", "GMTP", "IFMP", "PNNI", "PIM",
	104: "ARIS", "SCPS", "QNX", "A/N", "IPComp", "SNP", "Compaq-Peer", "IPX-in-IP",
	112: "VRRP", "PGM", "", "L2TP", "DDX", "IATP", "STP", "SRP",
	120: "UTI", "SMP", "SM", "PTP", "IS-IS", "FIRE", "CRTP", "CRUDP",
	128: "SSCOPMCE", "IPLT", "SPS", "PIPE", "SCTP", "FC", "RSVP-E2E-IGNORE", "Mobility Header",
	136: "UDPLite", "MPLS-in-IP", "manet", "HIP", "Shim6", "WESP", "ROHC", "Ethernet",
	144: "AGGFRAG", "NSH",
}
